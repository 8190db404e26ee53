"Execute all notebooks in full, each from top to bottom in one kernel, in place, one on each core; clean them; then write the README. Those in tests/ only by name."
import os, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

top, bin = Path(__file__).resolve().parent.parent, Path(sys.executable).parent
FIRST = ['21_mnist_cnn', 'index', '32_ablations', '16_methods']  # these take longest: what starts early does not end late
LAST = ['26_speed']                                              # it times: nothing else may run meanwhile, and memory is as usual
KEEP = dict(MALLOC_MMAP_THRESHOLD_=str(2**30), MALLOC_TRIM_THRESHOLD_=str(2**32))  # what is freed stays with the process: a twentieth faster


def execute(path, threads, keep=KEEP):
    "Execute one notebook in place: its path, the end of the error if it failed, and the seconds."
    start = time.time()
    done = subprocess.run([bin/'jupyter', 'nbconvert', '--to', 'notebook', '--execute', '--inplace', '--log-level=ERROR',
                           '--ExecutePreprocessor.store_widget_state=False', '--ExecutePreprocessor.record_timing=False',
                           '--ExecutePreprocessor.timeout=7200', path], cwd=path.parent, stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, env=os.environ | dict(OMP_NUM_THREADS=str(threads), OMP_WAIT_POLICY='PASSIVE', **keep))
    return path.relative_to(top), (done.stderr[-3000:] or f'exit code {done.returncode}') if done.returncode else '', time.time() - start


def report(path, error, seconds):
    "Print one line, and the error if there is one; whether there is one."
    print(f'{path}: {"FAILED, and left as it was" if error else "executed"} ({seconds:.0f} s)\n{error}'.rstrip(), flush=True)
    return bool(error)


def main(names):
    found = {p: p.relative_to(top/'nbs').with_suffix('').as_posix() for p in (top/'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts}
    paths = sorted((p for p, name in found.items() if (any(n in name for n in names) if names else not name.startswith('tests/'))),
                   key=lambda p: (FIRST.index(p.stem) if p.stem in FIRST and p.parent.name == 'nbs' else len(FIRST), p))
    last = [p for p in paths if found[p] in LAST]
    together = [p for p in paths if p not in last]
    started, failed, cores = time.time(), 0, os.cpu_count() or 1
    workers = max(1, min(len(together), cores, 4))
    with ThreadPoolExecutor(workers) as pool:
        done = [pool.submit(execute, p, max(1, cores//workers)) for p in together]
        for job in as_completed(done): failed += report(*job.result())
        for path in last: failed += report(*execute(path, cores, {}))
    subprocess.run([bin/'nbdev_clean'], check=True, cwd=top)
    subprocess.run([bin/'python', top/'.ci'/'readme.py'], check=True)
    print(f'{time.time() - started:.0f} s in all, {failed} of {len(paths)} failed')
    return 1 if failed or not paths else 0


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
