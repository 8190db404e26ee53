"Checks of the project as a whole. Each raises an AssertionError that says what is wrong and how to mend it."
import ast, filecmp, json, re, subprocess, sys, tempfile
from pathlib import Path
from copies import copy_project

# imports may only point to modules that stand earlier in this list
LADDER = ['_modidx', 'data', 'distributed', 'augment', 'encoder', 'heads', 'losses', 'method', 'train', 'evaluate', 'visualize',
          'moco', 'byol', 'supcon', 'dcl', 'barlow_twins', 'vicreg', 'methods', 'transfer', 'recipes', 'pipeline', 'estimator', 'export', 'cli', '__main__']
DEV_ONLY = ['nbdev', 'fastcore', 'execnb', 'lightly', 'pytorch_metric_learning', 'IPython', 'ipykernel', 'jupyterlab', 'nbconvert', 'pytest']
LAZY = ['umap', 'sklearn', 'matplotlib', 'seaborn', 'scipy', 'torchvision', 'PIL', 'onnx', 'onnxruntime', 'safetensors', 'tensorboard']


def _run(command, **how): return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **how)


def _prints(source):
    "Whether a cell always prints, itself or by a function that it defines."
    body = [] if source.startswith('%%') else ast.parse(re.sub(r'^( *)[%!].*', r'\1pass', source, flags=re.M)).body
    printing = {'print'} | {part.name for part in body if isinstance(part, ast.FunctionDef) and ' print(' in ast.unparse(part)}
    always = [part for part in body if isinstance(part, (ast.Expr, ast.For, ast.With)) and not any(isinstance(p, ast.If) for p in ast.walk(part))]
    return any(isinstance(p, ast.Call) and getattr(p.func, 'id', '') in printing for part in always for p in ast.walk(part))


def exported(top, env):
    "the package is what the notebooks export"
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        done = _run(['nbdev_export'], cwd=folder, env=env)
        assert done.returncode == 0, done.stderr
        a, b = top/'contrastive_tutorial', Path(folder)/'contrastive_tutorial'
        names = {p.relative_to(x) for x in (a, b) for p in x.rglob('*.py')}
        differ = sorted(str(n) for n in names if not ((a/n).exists() and (b/n).exists() and filecmp.cmp(a/n, b/n, shallow=False)))
        assert not differ, f'{", ".join(differ)} differ from the notebooks: run nbdev_export, and edit notebooks only.'


def clean(top, env):
    "the notebooks are clean, executed, and hold no error and no warning"
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        done = _run(['nbdev_clean'], cwd=folder, env=env)
        assert done.returncode == 0, done.stderr
        for path in sorted((top/'nbs').rglob('*.ipynb')):
            if '.ipynb_checkpoints' in path.parts: continue
            name = path.relative_to(top)
            assert filecmp.cmp(path, Path(folder)/name, shallow=False), f'{name} is not clean: run nbdev_clean.'
            notebook = json.loads(path.read_text(encoding='utf-8'))
            assert (notebook['nbformat'], notebook['nbformat_minor']) == (4, 5), f'{name} is not in notebook format 4.5.'
            outputs = [o for cell in notebook['cells'] for o in cell.get('outputs', [])]
            assert outputs, f'{name} has no outputs: run make notebooks.'
            for cell in notebook['cells']:
                assert cell.get('outputs', True) or not _prints(''.join(cell['source'])), (
                    f'{name}: a cell that prints has no output: run .ci/notebooks.py {path.stem}. It begins with {"".join(cell["source"])[:80]!r}.')
            for o in outputs:
                assert o['output_type'] != 'error', f'{name} holds an error: {o.get("evalue")}'
                assert o.get('name') != 'stderr', f'{name} holds a warning: {"".join(o["text"])[:200]}'


def ladder(top, env):
    "imports between modules only point up the ladder"
    for path in (top/'contrastive_tutorial').glob('*.py'):
        if path.stem == '__init__': continue
        assert path.stem in LADDER, f'{path.name} has no place in LADDER of .ci/checks.py.'
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            found = ([a.name for a in node.names] if isinstance(node, ast.Import) else
                     [f'{node.module}.{a.name}' if node.module == 'contrastive_tutorial' else node.module or '' for a in node.names]
                     if isinstance(node, ast.ImportFrom) else [])
            for name in found:
                parts = name.split('.')
                if parts[0] == 'contrastive_tutorial' and len(parts) > 1 and parts[1] != '__version__':
                    assert LADDER.index(parts[1]) < LADDER.index(path.stem), f'{path.stem} imports {parts[1]}, which stands below it.'


def readme(top, env):
    "README.md is up to date with nbs/index.ipynb"
    sys.path.insert(0, str(top/'.ci'))
    from readme import as_markdown
    assert (top/'README.md').read_text(encoding='utf-8') == as_markdown(top/'nbs'/'index.ipynb'), 'README.md is out of date: run make readme.'


def figures(top, env):
    "the figures that the front page quotes from other notebooks are printed there"
    cells = json.loads((top/'nbs'/'index.ipynb').read_text(encoding='utf-8'))['cells']
    text = '\n\n'.join(''.join(c['source']) for c in cells if c['cell_type'] == 'markdown')
    quoted = dict(re.findall(r'^\| \[[^]]*\]\((3\d_\w+)\.ipynb\) \| [^|]* \| ([^|]*) \| [^|]* \|$', text, re.M))  # the table of experiments
    experiments = {p.stem for p in (top/'nbs').glob('3?_*.ipynb')}
    assert set(quoted) == experiments, f'the table of experiments on the front page needs a row for each of {sorted(experiments)}.'
    text = re.sub(r'(?m)^(\|.*\| (?:reached|missed) \|).*\|$', r'\1', text)  # the column of the GPU: measured elsewhere
    quoted |= {name: ' '.join(re.findall(r'\d+\.\d+', table)) for name, table in re.findall(r'^From notebook \[\d+\]\((\w+)\.ipynb\)[^\n]*\n\n((?:\|.*\n)+)', text, re.M)}
    for name, answer in quoted.items():
        outputs = [o for c in json.loads((top/'nbs'/f'{name}.ipynb').read_text(encoding='utf-8'))['cells'] for o in c.get('outputs', [])]
        printed = ''.join(''.join(o.get('text', [])) + ''.join(o.get('data', {}).get('text/markdown', [])) for o in outputs)
        for figure in re.findall(r'\d+(?:\.\d+)?', answer):
            assert re.search(rf'(?<![\d.]){re.escape(figure)}(?!\d|\.\d)', printed), f'{figure}, on the front page, is not printed in {name}: correct the table.'


def site(top, env):
    "every notebook has its page on the site, with all that is shown, nothing that is hidden, and links that lead to files"
    sys.path.insert(0, str(top/'.ci'/'site'))
    from website import sources
    pages, files = sources()  # fails where a link leads nowhere
    for path in sorted((top/'nbs').rglob('*.ipynb')):
        page = path.relative_to(top/'nbs').with_suffix('').as_posix()
        if {'tests', '.ipynb_checkpoints'} & set(path.parts): continue
        text, at, pictures = pages[f'{page}.md'].decode(), 0, 0
        for cell in json.loads(path.read_text(encoding='utf-8'))['cells']:
            lines = ''.join(cell['source']).strip().split('\n')
            code = '\n'.join(line for line in lines if not line.startswith('#|')).strip()
            if cell['cell_type'] != 'code' or not code: continue
            if '#| hide' in lines:
                assert code.count('\n') < 3 or code not in text, f'the page of {page} shows a hidden cell: {code[:80]}'
                continue
            if not {'#| hide_input', '#| echo: false'} & set(lines):
                assert code in text[at:], f'the page of {page} lacks a cell, or has it in another place: {code[:80]}'
                at = text.index(code, at) + len(code)
            pictures += sum('image/png' in o.get('data', {}) and 'text/html' not in o['data'] for o in cell['outputs'])
        kept = sum(f.startswith(f'files/{page.replace("/", "-")}-') and f.endswith('.png') for f in files)
        assert kept == pictures, f'the page of {page} has {kept} of {pictures} pictures.'
        order = [m for m in re.findall(r' <(\S+)>$', (pages['index.md'] + pages.get('solutions.md', b'')).decode(), re.M)]
        assert page == 'index' or order.count(page) == 1, f'{page} is not in the side bar of the site, or more than once: {order}'


def without_dev(top, env):
    "every module is importable without the development packages, and imports the slow ones only where they are used"
    modules = ', '.join(f'contrastive_tutorial.{m}' for m in LADDER if m not in ('_modidx', 'estimator'))
    code = f'''
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {DEV_ONLY}: raise ModuleNotFoundError(f'{{name}} is a development package')
sys.meta_path.insert(0, Blocked())
import {modules}
slow = sorted({set(LAZY)} & set(sys.modules))
assert not slow, f'imported too early: {{slow}}'
import contrastive_tutorial.estimator  # last: its base class is scikit-learn's
assert contrastive_tutorial.cli.main(['embed', 'nowhere.pt', '--data', 'digits']) == 1
'''
    done = _run([sys.executable, '-c', code], cwd=tempfile.gettempdir(), env=env)
    assert done.returncode == 0, done.stderr


def installs(top, env):
    "a wheel is built from setup.py, with the command and the embedded digits in it"
    with tempfile.TemporaryDirectory() as folder:
        source, wheels = Path(folder)/'source', Path(folder)/'wheels'
        copy_project(source)
        done = _run([sys.executable, '-m', 'pip', 'wheel', '--quiet', '--no-deps', '-w', str(wheels), str(source)], env=env)
        assert done.returncode == 0, done.stderr
        import zipfile
        names = zipfile.ZipFile(next(wheels.glob('*.whl'))).namelist()
        for wanted in ('contrastive_tutorial/cli.py', 'share/contrastive_tutorial/mnist5k.npz', 'entry_points.txt'):
            assert any(n.endswith(wanted) for n in names), f'{wanted} is not in the wheel: {names}'


def own_words(top, env):
    "no tracked text names a folder of the machine it was written on"
    import re
    for name in filter(None, _run(['git', 'ls-files', '--cached', '--others', '--exclude-standard'], cwd=top).stdout.split('\n')):
        path = top/name
        if path.suffix in ('.npz', '.png') or not path.is_file() or name == '.ci/checks.py': continue
        found = re.search(r'(?<![\w.-])/(?:home|root|Users|work)/\w+', path.read_text(encoding='utf-8'))
        assert not found, f'{name} names {found.group()}'


def bugs(top, env):
    "each bug of make mutants finds its place in the package"
    from mutants import BUGS, cell_of
    for name, pairs in BUGS.items():
        notebook = json.loads((top/'nbs'/f'{name}.ipynb').read_text(encoding='utf-8'))
        for old, _ in pairs: cell_of(notebook, name, old)


CHECKS = [exported, clean, ladder, readme, figures, site, without_dev, installs, own_words, bugs]
