"Train, resume, score, draw and restart notebook kernels for an hour: memory, open files, threads and processes must not grow."
import contextlib, gc, io, json, sys, tempfile, time, warnings
from pathlib import Path
import psutil
from jupyter_client import KernelManager

CELL = '''
from contrastive_tutorial.augment import AUGMENTS
from contrastive_tutorial.data import load_images
from contrastive_tutorial.encoder import create_encoder
from contrastive_tutorial.methods import create_method
from contrastive_tutorial.train import TrainConfig, train
images = load_images('digits')[:512]
method = create_method('simclr', create_encoder('small_cnn', 1, 8, seed=0), 0)
loss = train(method, images, AUGMENTS['tiny'], TrainConfig(2, 64), device='cpu')[-1]['loss']
'''


class Kernel:
    "A notebook kernel that trains in a cell, is restarted, and must then know nothing of the cell before."
    def __init__(self):
        self.manager = KernelManager()
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.losses = set()

    def ask(self, code):
        "The value of an expression after a cell has run."
        reply = self.client.execute_interactive(code, user_expressions=dict(value='loss'), timeout=300, output_hook=lambda message: None)['content']
        assert reply['status'] == 'ok', reply
        return reply['user_expressions']['value']

    def round(self):
        "Train, restart, and see that nothing is left."
        self.losses.add(self.ask(CELL)['data']['text/plain'])
        before = psutil.Process(self.manager.provisioner.pid)
        self.manager.restart_kernel(now=False)
        self.client.wait_for_ready(timeout=120)
        assert self.ask('pass')['status'] == 'error', 'a restarted kernel still knows a variable'
        assert not before.is_running() or before.status() == psutil.STATUS_ZOMBIE, 'the kernel of before still runs'
        assert len(self.losses) == 1, f'the same cell gave other losses: {self.losses}'

    def processes(self):
        "Its own ones, which may be there."
        process = psutil.Process(self.manager.provisioner.pid)
        return [process, *process.children(recursive=True)]

    def stop(self): self.client.stop_channels(); self.manager.shutdown_kernel()


def life(number, home):
    "One run from beginning to end, cut in two, scored, drawn, embedded."
    from contrastive_tutorial.methods import METHODS
    from contrastive_tutorial.pipeline import draw, embed, evaluate_checkpoint, pretrain, score
    method, folder = list(METHODS)[number % len(METHODS)], Path(home)/'run'
    class Cut(Exception): pass
    def cut(record, model):
        if record['epoch'] == 3: raise Cut
    settings = dict(data='digits', out=folder, method=method, epochs=6, batch_size=128, seed=number, device='cpu', progress=False)
    with contextlib.suppress(Cut): pretrain(**settings, log=cut)
    job = pretrain(**settings, resume=True)
    scores = score(job['method'].encoder, job['train'], job['test'], job['augment'], draws=2, supervised=20)
    draw(job, scores, most=200)
    evaluate_checkpoint(folder/'checkpoint.pt', 'digits', draws=1, progress=False)
    embed(folder/'checkpoint.pt', 'digits', folder/'features.npz', progress=False)
    for path in folder.iterdir(): path.unlink()
    folder.rmdir()


def main(seconds=3600):
    import matplotlib; matplotlib.use('Agg')
    me, started, lives, kernels, rows = psutil.Process(), time.time(), 0, 0, []
    warnings.simplefilter('ignore')
    with tempfile.TemporaryDirectory() as home:
        kernel = Kernel()
        try:
            while not rows or time.time() - started < seconds:
                with contextlib.redirect_stdout(io.StringIO()): life(lives, home)
                lives += 1
                if lives % 5 == 1: kernel.round(); kernels += 1
                gc.collect()
                left = [p for p in me.children(recursive=True) if p not in kernel.processes()]
                rows.append(dict(minutes=(time.time() - started)/60, lives=lives, kernels=kernels, megabytes=me.memory_info().rss/2**20,
                                 files=me.num_fds(), threads=me.num_threads(), processes=len(left)))
                if lives % 7 == 0: print('  '.join(f'{k} {v:.0f}' for k, v in rows[-1].items()), flush=True)
        finally: kernel.stop()
        assert not list(Path(home).iterdir()), 'files are left'
    later, half = rows[-1], rows[len(rows)//2]
    print(json.dumps(dict(middle=half, end=later)))
    trouble = [f'{k}: {half[k]} in the middle, {later[k]} at the end' for k in ('files', 'threads', 'processes') if later[k] > half[k]]
    most = lambda part: max(r['megabytes'] for r in part)
    first, second = most(rows[len(rows)//4:len(rows)//2] or rows), most(rows[len(rows)//2:])
    if second > 1.03*first: trouble.append(f'memory: at most {first:.0f} MB in the second quarter, {second:.0f} MB in the second half')
    print(f'{lives} runs, each interrupted and resumed once, {kernels} kernels restarted in {later["minutes"]:.0f} minutes; memory: at most '
          f'{first:.0f} MB in the second quarter, {second:.0f} MB in the second half;', '; '.join(trouble) or 'nothing grows, nothing is left')
    return 1 if trouble else 0


if __name__ == '__main__': sys.exit(main(*map(float, sys.argv[1:])))
