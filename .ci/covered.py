"Run every notebook on a small budget and print which lines of the package ran; exit with 1 below 95 %."
import json, os, subprocess, sys, tempfile
from pathlib import Path
from copies import copy_project

bin, MARK = Path(sys.executable).parent, 95
SETTINGS = '[run]\nsource = contrastive_tutorial\nparallel = True\nconcurrency = thread, multiprocessing\nsigterm = True\ndata_file = {0}/.coverage\n'


def attribute(module):
    "Let the exported cells of a notebook count as lines of the module: each is run as if it stood there."
    lines, notebooks = module.read_text(encoding='utf-8').split('\n'), {}
    for number, line in enumerate(lines):
        if line.startswith('# %% ../nbs/'):
            notebook, cell = line.removeprefix('# %% ../').split(' #')
            notebooks.setdefault(notebook, {})[cell] = number
    for notebook, cells in notebooks.items():
        path = module.parent.parent/notebook
        content = json.loads(path.read_text(encoding='utf-8'))
        for c in content['cells']:
            if c['cell_type'] != 'code' or c['id'] not in cells or not ''.join(c['source']).startswith('#| export'): continue
            first, *rest = ''.join(c['source']).split('\n')
            while rest and rest[0].startswith('#|'): rest = rest[1:]
            begin = cells[c['id']] + 1
            after_import = lambda line: line.split('import')[-1]              # the module says .data where the notebook names the package
            assert after_import(lines[begin + len(rest) - 1]) == after_import(rest[-1]), f'{path}: run nbdev_export'
            code = '\n'*begin + '\n'.join(rest)
            c['source'] = f'{first}\nexec(compile({code!r}, {str(module)!r}, "exec"), globals())'
        path.write_text(json.dumps(content), encoding='utf-8')


def main(names):
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home).resolve()
        copy_project(copy)
        for module in sorted((copy/'contrastive_tutorial').glob('[!_]*.py')): attribute(module)
        (copy/'coverage.ini').write_text(SETTINGS.format(copy))
        (copy/'sitecustomize.py').write_text('import coverage\ncoverage.process_startup()\n')  # in each process that is started
        env = os.environ | dict(PYTHONPATH=str(copy), COVERAGE_PROCESS_START=str(copy/'coverage.ini'))
        done = subprocess.run([bin/'python', copy/'.ci'/'test.py', *(names or ['.ipynb'])], cwd=copy, env=env)
        report = lambda *command: subprocess.run([bin/'python', '-m', 'coverage', *command, '--rcfile=coverage.ini'], cwd=copy).returncode
        return report('combine', '--quiet') or report('report', '--show-missing', f'--fail-under={MARK}') or done.returncode


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
