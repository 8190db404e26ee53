"Run every cell of every notebook on a small budget, then the checks of .ci/checks.py; exit with 1 if anything failed."
import os, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

top = Path(__file__).resolve().parent.parent
workers = max(1, min(4, os.cpu_count() or 1))  # notebooks at a time, each with one thread
env = os.environ | dict(PATH=f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}', MPLBACKEND='Agg',
                        OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1', CUDA_VISIBLE_DEVICES='')  # on any machine the same: some tests count bytes
passed = failed = 0


def report(name, error, seconds):
    "Print one line, and the error if there is one."
    global passed, failed
    passed, failed = passed + (not error), failed + bool(error)
    print(f'{"FAILED" if error else "ok":6} {name} ({seconds:.0f} s)', flush=True)
    if error: print(error, flush=True)


def run_notebook(path):
    "Run one notebook with nbdev_test: its path, its output if it failed, and the seconds."
    start = time.time()
    done = subprocess.run(['nbdev_test', '--path', str(path), '--n_workers', '0', '--do_print'], cwd=top, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL)
    return path.relative_to(top), (done.stdout[-6000:] or f'exit code {done.returncode}') if done.returncode else '', time.time() - start


def main(names):
    started = time.time()
    sys.path.insert(0, str(top/'.ci'))
    import checks
    before = subprocess.run(['git', 'status', '--porcelain'], cwd=top, capture_output=True, text=True).stdout
    paths = [p for p in sorted((top/'nbs').rglob('*.ipynb'), reverse=True)
             if '.ipynb_checkpoints' not in p.parts and (not names or any(n in p.relative_to(top/'nbs').as_posix() for n in names))]
    with ThreadPoolExecutor(workers) as pool:
        for result in pool.map(run_notebook, paths): report(*result)
    for check in checks.CHECKS if not names else ():
        start, error = time.time(), ''
        try: check(top, env)
        except Exception as e: error = f'{type(e).__name__}: {e}'
        report(check.__doc__.strip().rstrip('.'), error, time.time() - start)
    after = subprocess.run(['git', 'status', '--porcelain'], cwd=top, capture_output=True, text=True).stdout
    if not names: report('the tests leave the checkout as it was', '' if before == after else f'before:\n{before}\nafter:\n{after}', 0)
    print(f'\n{time.time() - started:.0f} s in all')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
