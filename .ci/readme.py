"Write README.md from nbs/index.ipynb: its prose, and the code and outputs of cells that are not hidden."
import base64, json, re, sys
from pathlib import Path

NOTICE = '<!-- made from nbs/index.ipynb by "make readme"; edit that notebook -->\n\n'


def _output(output, name):
    "One output as markdown: text as it is; pictures are files of the docs folder."
    if output['output_type'] == 'stream': return '```text\n' + ''.join(output['text']).rstrip() + '\n```'
    data = output.get('data', {})
    for kind in ('text/markdown', 'text/plain'):
        if kind in data and 'image/png' not in data:
            text = ''.join(data[kind]).rstrip()
            return text if kind == 'text/markdown' else f'```text\n{text}\n```'
    return ''


def as_markdown(path):
    "The text of the README."
    parts = []
    for cell in json.loads(Path(path).read_text(encoding='utf-8'))['cells']:
        source = ''.join(cell['source']).strip()
        if cell['cell_type'] == 'markdown':
            # links between notebooks are links into nbs/ for a reader of the README
            parts.append(re.sub(r'\]\((?!https?:|#|\.\./)([^)]+)\)', r'](nbs/\1)', source).replace('](../', ']('))
        elif cell['cell_type'] == 'code' and not source.startswith('#| hide'):
            outputs = [text for o in cell['outputs'] if (text := _output(o, path))]
            if source.startswith('#| echo: false'): parts += outputs
            else: parts += [f'```python\n{source}\n```'] + outputs
    return NOTICE + '\n\n'.join(parts) + '\n'


if __name__ == '__main__':
    top = Path(__file__).resolve().parent.parent
    (top/'README.md').write_text(as_markdown(top/'nbs'/'index.ipynb'), encoding='utf-8')
