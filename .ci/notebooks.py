"Execute all notebooks in full, each from top to bottom in one kernel, in place, and clean them; then write the README."
import subprocess, sys, time
from pathlib import Path

top, bin = Path(__file__).resolve().parent.parent, Path(sys.executable).parent
names = sys.argv[1:]
for path in sorted((top/'nbs').rglob('*.ipynb'), key=lambda p: (p.stem == 'index', p)):
    if '.ipynb_checkpoints' in path.parts or names and not any(n in path.stem for n in names): continue
    start = time.time()
    subprocess.run([bin/'jupyter', 'nbconvert', '--to', 'notebook', '--execute', '--inplace', '--log-level=ERROR',
                    '--ExecutePreprocessor.store_widget_state=False', '--ExecutePreprocessor.record_timing=False',
                    '--ExecutePreprocessor.timeout=7200', path], check=True, cwd=path.parent)
    print(f'{path.relative_to(top)}: {time.time() - start:.0f} s', flush=True)
subprocess.run([bin/'nbdev_clean'], check=True, cwd=top)
subprocess.run([bin/'python', top/'.ci'/'readme.py'], check=True)
