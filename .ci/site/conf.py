"What Sphinx is to know; website.py calls it."
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from website import settings

project = html_title = settings()['title']
author, copyright = settings()['author'], settings()['copyright']
release = settings()['version']

extensions = ['myst_parser']
myst_enable_extensions = ['dollarmath']
myst_heading_anchors = 4               # links to headings, as in Jupyter
smartquotes = False                    # text as it was written
mathjax_path = 'mathjax/tex-chtml.js'  # beside the pages: nothing is loaded from elsewhere

html_theme = 'furo'
html_css_files = ['style.css']
html_favicon = 'icon.svg'
html_copy_source = html_show_sourcelink = False
html_use_index = False
html_theme_options = {'top_of_page_buttons': []}
