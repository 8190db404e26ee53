"Print the oldest versions that settings.ini allows, as constraints for pip; what it asks for without a lower bound is left out."
import re
from configparser import ConfigParser
from pathlib import Path

config = ConfigParser(delimiters=['='])
config.read(Path(__file__).resolve().parent.parent/'settings.ini', encoding='utf-8')
for requirement in config['DEFAULT']['requirements'].split():
    name, _, version = requirement.partition('>=')
    if version: print(f'{name}=={version + ".0"*(2 - version.count("."))}')
