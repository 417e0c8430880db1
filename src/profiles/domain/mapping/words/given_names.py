# ruff: noqa: E501, SIM905  lists of words are read as text
"""Frequent given names, as they stand behind the comma."""

from typing import Final

GIVEN_NAMES: Final = frozenset(
    """
    aaron abdul abdullah abebe abigail adam ade adrian adriana agnes agnieszka ahmad ahmed ahmet aisha akira
    alain alan albert alberto alejandra alejandro aleksandar aleksandr aleksandra alessandra alessandro alex
    alexander alexandra alexandre alexey alexis alfonso alfred ali alice alicia alina alison ama amanda amelia
    amina amir amit amy ana anand anastasia anders andras andre andrea andreas andrei andrej andres andrew
    andrey andrzej angela angelika angelo anh anil anita anja anke ann anna anne annette annika ante antoine
    anton antonella antonia antonio arjun arne arthur artur arturo arun asa astrid attila axel ayse barbara
    bart beata beatrice beatriz ben benedikt benjamin bernard bernd bernhard bianca birgit bjorn bo bob boris
    brad brandon brenda brian bruce bruno camilla carina carl carla carlo carlos carmen carol carolina
    caroline carolyn caterina catherine cecilia cesar charles charlotte chiara chidi chloe chris christian
    christiane christina christine christoph christophe christopher claire clara claudia claudio claus colin
    connor corinna cristian cristina cynthia daisuke dan daniel daniela daniele danielle dariusz darren david
    dean deborah deepak denis dennis diana diane diego dieter dietmar dimitri dimitrios dirk dmitry dominik
    dominique donald dorothea douglas dylan eduardo edward edwin elena eleni eleonora eli elias elif elisa
    elisabeth elise elizabeth ellen elsa emanuel emil emilia emily emma emmanuel emre enrico eric erica erik
    erika ernst esther ethan eugene eva evelyn ewa fabian fabio fatima fatma federica federico felix feng
    ferenc fernanda fernando filip florence florian frances francesca francesco francis francisco francois
    frank franz fred frederic frederik friedrich gabor gabriel gabriela gabriele gary gavin geoffrey george
    georgios gerald gerard gerd gerhard gianluca gilles gillian giorgio giovanni giulia giulio giuseppe gordon
    grace graham greg gregor gregory grzegorz guido guillaume gunter gustavo haile hakan hanna hannah hans hao
    harald harold harry hassan heather hector heide heidi heike heiko heinrich heinz helen helena helene helga
    helmut hendrik henning henri henrik henry henryk herbert hideo hiroshi holger howard hugo hui huong
    hussein hyun ian ibrahim ignacio igor ilse ines inga inge ingo ingrid ioana ioannis ion irene irina isaac
    isabel isabella isabelle istvan ivan ivana ivo iwona jacek jack jacob jacqueline jacques jae jakob jakub
    james jan jana jane janet janine jaroslav jason javier jay jean jeff jeffrey jennifer jens jeremy jerome
    jerzy jesper jessica jesus ji-hoon jill jim jin jing jiri jo joachim joan joana joanna joao joaquin jochen
    joe joel joelle johan johanna johannes john jon jonas jonathan jordi jorg jorge jose josef joseph joshua
    josip juan judith julia julian julie julien juliette jun jurgen justin kai karen karim karin karina karl
    karla karsten katarina katarzyna kate katharina katherine kathleen kathryn katja katrin kazuo keiko keith
    kelly ken kenichi kenji kenneth kerstin kevin kim klara klaus kofi konrad konstantin konstantinos kristen
    kristian kristin kristina krzysztof kumar kurt kwame kyle lakshmi lars laszlo laura lauren laurent lea lee
    lei leila lena leo leon leonard leonardo lidia lili lin linda ling linh lisa loic lothar louis louise luca
    lucas lucia lucie lucy luis luisa lukas lukasz luke lydia maciej magdalena magnus maja malcolm manfred
    manuel manuela marc marcel marcelo marcin marco marcos marcus marek margaret margarita margit maria
    mariana marianne marie marija marina mario marion marius mark marko markus marta martha martin martina
    martine mary massimo mateusz matteo matthew matthias matthieu maurice mauricio max maxim maximilian megan
    mehmet mei melanie melissa michael michaela michal michel michele michelle miguel mihai mikael mike
    mikhail milan milos min min-su ming minh mircea mirjam mohamed mohammad mohammed mohan monica monika
    morten muhammad murat musa mustafa nadia nadine naoki naoko natalia natalie nathalie nathan neil ngozi
    nguyen nicholas nicola nicolas nicole niels nikola nikolai nikolaos nikos nils nina noah nomsa nora
    norbert norman olaf oleg olga oliver olivia olivier omar oscar otto pablo pamela panagiotis paola paolo
    pascal patricia patrick paul paula pauline paulo pavel pawel pedro peggy per petar peter petr petra philip
    philipp philippe pia pierre piotr priya rachel radu rafael rahul rainer raj rajesh ralf ramesh ramon
    raphael raul raymond rebecca reinhard renata renate rene ricardo riccardo richard rita robert roberta
    roberto robin rodrigo roger roland rolf roman ronald rosa rosemary roy ruben rudolf russell ruth ryan
    sabine sally sam samantha samir samuel sandra sandro sanjay sara sarah satoshi scott sean sebastian
    sebastien serena serge sergei sergey sergio seung shannon sharon silke silvia simon simona simone sipho
    sofia sonia sonja soo sophia sophie stanislav stanislaw stefan stefania stefanie stefano steffen stella
    stephan stephane stephanie stephen steve steven stuart sue sunita suresh susan susanna susanne suzanne
    sven svetlana sylvia sylvie takashi tamara tanja tao tara tatiana teresa tesfaye thabo thea theo theresa
    thi thierry thomas thorsten tim timo timothy tobias tom tomas tomasz tommaso tony torsten tracy ulf ulrich
    ulrike ursula uwe vaclav valentina valerie vanessa vera veronica veronika vicente victor victoria vijay
    viktor vincent vincenzo viola virginia vladimir volker walter wang wei wendy werner wilhelm william
    wladyslaw wojciech wolfgang xavier xiao xin yan yang yann yasmin yi ying yohannes yoko yolanda yoshi young
    yu yuan yuki yuri yusuf yves yvonne zainab zbigniew zdenek zoe zofia zoltan александр алексеи андреи анна
    виктор владимир дмитрии екатерина елена иван игорь ирина константин людмила мария микола михаил наталья
    николаи оксана олег олександр ольга павел петр светлана сергеи сергіи татьяна юлія юрии
    """.split()
)
"""They decide only where words that may be an organisation's stand before the comma. Written as ``plain`` does."""
