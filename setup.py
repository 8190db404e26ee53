"Everything that this file says is read from settings.ini."
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=['='])
config.read(here/'settings.ini', encoding='utf-8')
settings = config['DEFAULT']

setup(
    name=settings['lib_name'],
    version=settings['version'],
    description=settings['description'],
    long_description=(here/'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    keywords=settings['keywords'],
    author=settings['author'],
    license='Apache-2.0',
    python_requires='>=' + settings['min_python'],
    packages=find_packages(include=['contrastive_tutorial*']),
    data_files=[('share/contrastive_tutorial', ['data/mnist5k.npz', 'data/README.md'])],
    install_requires=settings['requirements'].split(),
    extras_require={k.removesuffix('_requirements'): v.split() for k, v in settings.items() if k.endswith('_requirements')},
    entry_points={'console_scripts': settings['console_scripts'].split()},
)
