"Write the course as a web page into _docs: notebooks become Markdown, Sphinx makes the pages. Nothing is executed."
import base64, html, importlib.util, io, json, os, re, shutil, sys, tempfile, time
from configparser import ConfigParser
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from PIL import Image

here = Path(__file__).resolve().parent
top = here.parent.parent
TEXTS = {top/'CONTRIBUTING.md', top/'CHANGELOG.md', top/'data'/'README.md'}  # pages besides the notebooks
SHOWN = ['text/html', 'image/svg+xml', 'image/png', 'image/jpeg', 'image/gif', 'text/markdown', 'text/plain']  # of an output's forms, the first it has


@cache
def notebooks():
    "The notebooks that a reader is to see, in order."
    return sorted(p for p in (top/'nbs').rglob('*.ipynb') if not {'tests', '.ipynb_checkpoints'} & set(p.parts))


def name(path):
    "The page of a file, as a path without suffix: nbs/ is the root of the site."
    return path.relative_to(top/'nbs' if path.is_relative_to(top/'nbs') else top).with_suffix('').as_posix()


def cells(path): return json.loads(path.read_text(encoding='utf-8'))['cells']


@cache
def settings():
    config = ConfigParser(delimiters=['='])
    config.read(top/'settings.ini', encoding='utf-8')
    return config['DEFAULT']


# from a notebook to Markdown

def with_links(text, path):
    "Markdown whose links to files of the repository lead to their pages, or, where there is none, to the repository."
    pages, repository = {*notebooks(), *TEXTS}, f'{settings()["git_url"]}/blob/{settings()["branch"]}'
    def link(match):
        file, _, anchor = match[1].partition('#')
        if re.match(r'\w+:', file): return match[0]
        found = Path(os.path.normpath(path.parent/file)) if file else path
        if not found.exists(): raise ValueError(f'{path.relative_to(top)} links to {file}, which does not exist.')
        anchor = '#' + re.sub(r'[^\w -]', '', unquote(anchor)).lower() if anchor else ''
        if found in pages: return f'](/{name(found)}.md{anchor})' if file else f']({anchor})'
        if found.parent == top/'nbs'/'images': return f'](/images/{found.name})'
        return f']({repository}/{found.relative_to(top).as_posix()}{anchor})'
    code = r'(```.*?```|`[^`\n]+`)'                                          # in code, what looks like a link is none
    return ''.join(part if i % 2 else re.sub(r'\]\(([^()\s]+)\)', link, part) for i, part in enumerate(re.split(code, text, flags=re.S)))


def fence(kind, text):
    "A fenced block, whatever fences are inside."
    ticks = '`'*max(3, 1 + max(map(len, re.findall('`+', text)), default=0))
    return f'{ticks}{kind}\n{text}\n{ticks}'


def output(out, path, files, section):
    "One output as Markdown, below a heading; `files` gets the pictures and frames that belong to it, by name."
    if out['output_type'] == 'error': return ''
    forms = out.get('data', {'text/plain': out.get('text')})
    kind = next((k for k in SHOWN if k in forms), None)
    if not kind: raise ValueError(f'{path.relative_to(top)} has an output that the site cannot show: {", ".join(forms)}.')
    text = ''.join(forms[kind])
    def file(suffix, content):
        files[new := f'files/{name(path).replace("/", "-")}-{len(files)}.{suffix}'] = content
        return '../'*name(path).count('/') + new
    if kind == 'text/markdown': return with_links(text, path)
    if kind == 'text/plain': return fence('text', text.rstrip()) if text.strip() else ''
    if kind in ('image/png', 'image/jpeg', 'image/gif'):
        picture = base64.b64decode(text)
        width, height = Image.open(io.BytesIO(picture)).size
        scrolls = 'class="wide" ' if width > 560 else ''                     # on a phone; others shrink
        text = f'<img {scrolls}src="{file(kind[6:], picture)}" width="{width}" height="{height}" loading="lazy" alt="{section}: figure">'
    for page in re.findall(r'srcdoc="([^"]*)"', text):                       # a page inside the page becomes a file
        where = file('html', html.unescape(page).encode())
        text = text.replace(f'srcdoc="{page}"', f'src="{where}" loading="lazy"') + f'<p><a href="{where}">Open it in a page of its own</a></p>'
    return fence('{raw} html', text)


def as_markdown(path):
    "A notebook as Markdown, without what is hidden; and its pictures and frames, {name: bytes}."
    parts, files, section = [], {}, ''
    for cell in cells(path):
        source = ''.join(cell['source']).strip()
        if cell['cell_type'] == 'markdown':
            parts.append(with_links(source, path))
            for heading in re.findall('^#+ (.+)', source, re.M): section = html.escape(re.sub('[`*]', '', heading), quote=True)
        if cell['cell_type'] != 'code': continue
        directives = re.match(r'(?:#\|.*(?:\n|$))*', source)[0]
        code, marks = source[len(directives):].strip(), re.findall(r'#\|\s*(.+?)\s*$', directives, re.M)
        if 'hide' in marks: continue
        if code and not {'hide_input', 'echo: false'} & set(marks):
            block = fence('ipython3', code)
            parts.append(f'<details><summary>Show the code</summary>\n\n{block}\n\n</details>' if 'code-fold: true' in marks else block)
        outputs = [text for out in cell['outputs'] if (text := output(out, path, files, section))]
        if outputs: parts.append(fence('{container} output', '\n\n'.join(outputs)))
    return '\n\n'.join(parts) + '\n', files


def title(path): return re.search(r'^# (.+)', '\n'.join(''.join(c['source']) for c in cells(path)), re.M)[1]


def contents():
    "The side bar: {caption: [(title, page)]}, as in the tables of the front page, then what they do not name, then the solutions."
    groups, left = {}, [p for p in notebooks() if name(p) != 'index']
    text = '\n'.join(''.join(c['source']) for c in cells(top/'nbs'/'index.ipynb') if c['cell_type'] == 'markdown')
    for heading, words, link in re.findall(r'^#+ (.+)|^\| \[(.+?)\]\((\w+\.ipynb)\) \|', text, re.M):
        if heading: caption = heading
        elif (path := top/'nbs'/link) in left:
            groups.setdefault(caption, []).append((words, name(path)))
            left.remove(path)
    number = lambda p: f'{p.stem.split("_")[0]} {title(p).removeprefix("Solutions: ")}'
    groups['More'] = [(number(p), name(p)) for p in left if p.parent == top/'nbs']
    groups['Solutions'] = [(number(p), name(p)) for p in left if p.parent != top/'nbs']
    return {caption: pages for caption, pages in groups.items() if pages}


def sources():
    "All pages and their files, {name: bytes}."
    tree = lambda caption, pages: fence('{toctree}', '\n'.join(caption + [''] + [f'{words} <{page}>' for words, page in pages])) + '\n'
    pages = {f'{name(p)}.md': '---\norphan: true\n---\n\n' + with_links(p.read_text(encoding='utf-8'), p) for p in TEXTS}
    groups, files = contents(), {}
    for path in notebooks():
        pages[f'{name(path)}.md'], found = as_markdown(path)
        files |= found
    if 'Solutions' in groups:                                                # one line of the side bar, which opens
        pages['solutions.md'] = '# Solutions\n\nOf the exercises at the end of the notebooks. Try first.\n\n' + tree([], groups['Solutions'])
        groups['Solutions'] = [('Solutions', 'solutions')]
    pages['index.md'] += '\n' + '\n'.join(tree([f':caption: {caption}', ':hidden:'], pages) for caption, pages in groups.items())
    files |= {f'images/{p.name}': p.read_bytes() for p in (top/'nbs'/'images').iterdir()}
    return {page: text.encode() for page, text in pages.items()}, files


# what Sphinx does not look at

class Page(HTMLParser):
    "The names, links, loaded files, formulas and plain text of a page."
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded, self.maths, self.text, self.open = set(), [], [], [], '', []
        self.feed(text)
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.ids.add(a.get('id'))
        if tag == 'a' and 'href' in a: self.links.append(a['href'])
        if tag == 'link': (self.links if a['rel'] in ('next', 'prev', 'index', 'search') else self.loaded).append(a['href'])
        if a.get('src'): self.loaded.append(a['src'])
        if tag in ('pre', 'code', 'script', 'style') or 'math' in (a.get('class') or '').split(): self.open.append([tag, a.get('class') or '', 0, ''])
        elif self.open and self.open[-1][0] == tag: self.open[-1][2] += 1
    def handle_data(self, data):
        if self.open: self.open[-1][3] += data
        else: self.text += data
    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag: return
        if self.open[-1][2]: self.open[-1][2] -= 1
        else:
            _, kind, _, text = self.open.pop()
            if 'math' in kind.split(): self.maths.append(text)


def faults(out):
    "What is wrong with the site: dead links, files from elsewhere, formulas that MathJax cannot read, notebooks not linked in order."
    pages = {p.resolve(): Page(p.read_text(encoding='utf-8')) for p in out.rglob('*.html') if '_static' not in p.parts}
    mathjax = (out/'_static'/'mathjax'/'tex-chtml.js').read_text(encoding='utf-8')
    known = set(re.findall(r'[{,"\\]([A-Za-z]+)"?:', mathjax))
    for path, page in pages.items():
        where = path.relative_to(out.resolve())
        for link in page.links + page.loaded:
            if re.match(r'(?!data:)\w+:|//', link):
                if link in page.loaded: yield f'{where} loads {link}'
                continue
            file, _, anchor = link.partition('#')
            found = (path.parent/unquote(file.partition('?')[0])).resolve() if file else path
            if link.startswith('data:'): continue
            if not found.is_file(): yield f'{where} leads to {link}, which does not exist'
            elif anchor and found in pages and unquote(anchor) not in pages[found].ids: yield f'{where} leads to {link}, which has no such place'
        for formula in page.maths:
            for command in set(re.findall(r'\\([A-Za-z]+)', formula)) - known: yield f'{where}: MathJax knows no \\{command}'
            bare = re.sub(r'\\.', '', formula)
            if bare.count('{') != bare.count('}'): yield f'{where}: a brace is missing in {formula}'
        if re.search(r'\$|#\|', page.text): yield f'{where}: {re.search(".*([$]|#[|]).*", page.text)[0].strip()!r} was not understood'
    for path in out.rglob('*.css'):
        for url in re.findall(r'url\([\'"]?((?:https?:)?//[^)]*)', path.read_text(encoding='utf-8')): yield f'{path.name} loads {url}'
    links = [link for link in pages[(out/'index.html').resolve()].links]
    for words, page in (entry for pages in contents().values() for entry in pages):
        if f'{page}.html' not in links: yield f'the front page does not lead to {page}'


def main():
    from sphinx.cmd.build import main as sphinx
    started, out = time.time(), top/settings()['doc_path']
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        def write(to, files):
            for file, content in files.items():
                (folder/to/file).parent.mkdir(parents=True, exist_ok=True)
                (folder/to/file).write_bytes(content)
        pages, files = sources()
        write('source', pages | {f: c for f, c in files.items() if f.startswith('images/')})  # Sphinx looks after these,
        write('extra', {f: c for f, c in files.items() if f.startswith('files/')})             # and copies those
        mathjax = Path(importlib.util.find_spec('sphinx-mathjax-offline').submodule_search_locations[0])/'static'/'mathjax'
        write('static', {'style.css': (here/'style.css').read_bytes()} | {
            f'mathjax/{p.relative_to(mathjax)}': p.read_bytes() for p in (mathjax/'tex-chtml.js', *(mathjax/'output'/'chtml'/'fonts').rglob('*.woff'))})
        shutil.rmtree(out, ignore_errors=True)
        failed = sphinx(['-qW', '-c', str(here), '-d', str(folder/'doctrees'), '-D', f'html_static_path={folder/"static"}',
                         '-D', f'html_extra_path={folder/"extra"}', str(folder/'source'), str(out)])
    found = [] if failed else sorted(set(faults(out)))
    if found: print('\n'.join(found), file=sys.stderr)
    if failed or found: return 1
    weight = sum(p.stat().st_size for p in out.rglob('*') if p.is_file())
    print(f'{len(pages)} pages, {weight/1e6:.0f} MB, {time.time() - started:.0f} s: open {out.name}/index.html, or run python -m http.server -d {out.name}')


if __name__ == '__main__': sys.exit(main())
