"""The oldest versions that settings.ini allows: `versions` prints them as constraints for pip, `test` runs the tests with what is installed.

A GPU that is not there is tested with fake tensors. On a machine without a driver PyTorch could not always make them; where it cannot, those cells are left out."""
import json, os, subprocess, sys, tempfile
from configparser import ConfigParser
from pathlib import Path
from copies import copy_project, top

NAMES = '00_ 01_ 02_ 03_ 04_ 05_ 06_ 07_ 08_ 09_ 10_ 11_ 12_ 13_ 14_ 15_ 16_ 17_ 20_ 22_ 23_ 24_ 25_ tests/'.split()


def versions():
    "Print constraints; what settings.ini asks for without a lower bound is left out."
    config = ConfigParser(delimiters=['='])
    config.read(top/'settings.ini', encoding='utf-8')
    for requirement in config['DEFAULT']['requirements'].split():
        name, _, version = requirement.partition('>=')
        if version: print(f'{name}=={version + ".0"*(2 - version.count("."))}')


def has_fake_gpu():
    "Whether this PyTorch makes a fake GPU tensor here."
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    try:
        with FakeTensorMode(): torch.zeros(1).to('cuda')
    except Exception: return False
    return True


def test():
    "Run the tests in a copy of the project; the exit code."
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home).resolve()
        copy_project(copy)
        left_out = 0
        for path in [] if has_fake_gpu() else (copy/'nbs').rglob('*.ipynb'):
            notebook = json.loads(path.read_text(encoding='utf-8'))
            kept = [c for c in notebook['cells'] if c['cell_type'] != 'code' or not any(word in ''.join(c['source']) for word in ('FakeTensorMode(', 'fake_gpu('))]
            left_out += len(notebook['cells']) - len(kept)
            path.write_text(json.dumps(notebook | dict(cells=kept)), encoding='utf-8')
        if left_out: print(f'{left_out} cells left out: no fake GPU in this PyTorch on this machine', flush=True)
        return subprocess.run([sys.executable, copy/'.ci'/'test.py', *NAMES], cwd=copy, env=os.environ | dict(PYTHONPATH=str(copy))).returncode


if __name__ == '__main__': sys.exit(dict(versions=versions, test=test)[sys.argv[1]]())
