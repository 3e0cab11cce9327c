"""Words that say nothing about what a question is about."""

_ENGLISH = """
a about after again all already also always am an and any anything are as at be because been before
but by can come could did do does doing don done each even ever for from get gets getting give go
going good got had has hasn have haven he hello help her hey hi him his hope how i if in into is isn it
its just know let like ll m make many may me more much must my need new no nor not nothing now of
off ok on one only or other our out over please put quite re really s say see she should since so
some someone something soon still such sure t take tell than thank thanks that the their them then
there these they thing things this those to today tomorrow too up us use ve very want was way we
week well were what when where whether which while who why will with without won would yes yesterday
yet you your yours
"""

_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bisher
bist bitte da dabei dafür damit danke dann darf das dass dein deine dem den denn der des dessen die
dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines
einmal er es etwas euch eure fur für ganz gar gern gerne gestern gibt habe haben hallo hast hat
hatte hatten heute hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ist ja jede
jeder jetzt kam kann kannst kein keine keinen kommen kommt können könnt könnte lang lange machen
macht man mehr mein meine meinem meinen meiner mich mir mit morgen muss muß müssen nach nicht nichts
noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so soll sollte sollten sowie um
und uns unser unsere unter viel vom von vor wann war waren warum was weil welche welchem welchen
welcher welches wenn wer werde werden wie wieder will wir wird wo woche wohl wollen worden wurde
würde würden zu zum zur zwei über
"""

STOPWORDS = {"en": frozenset(_ENGLISH.split()), "de": frozenset(_GERMAN.split())}
