# ruff: noqa: E501, SIM905  lists of words are read as text
"""The words, parts of words, legal forms and places by which the names of organisations are known.

They are written without accents and case. A *sure* word names an organisation even when it is alone; a *likely* one
(Bank, School, Royal) is a family name as well, and counts only in a name of several words.
"""

import re
from typing import Final

SURE_PARTS: Final = tuple(
    """
    academ archiv arkiv akadem archeolog bibliot geolog hochschul hogskol hydrogra høgskol høyskol institu laborator
    meteorolog museo museum muzej muzeu observator politechn polytechn unibertsi universi univerz uniwersy
    yliopist ymparisto ακαδημι βιβλιοθηκ ιδρυμα ινστιτουτ κεντρο μουσει πανεπιστημι υπηρεσι академи
    академі библиотек бібліотек институт лаборатор министерств музеи міністерств обсерватор унiверси
    универси університ інститут אוניברסיט מכון جامعة مركز معهد وزارة センター 中心 会社 公司 协会 協会 協會 博物館 博物馆 図書館
    图书馆 圖書館 大学 大學 委员会 委員会 学会 学院 學會 學院 机构 機構 气象局 気象庁 研究会 研究室 研究所 研究院 대학교 도서관 박물관 센터 연구소 연구원 재단 학회 협회
    """.split()
)
"""What no name of a person contains."""
SURE_BEGINNINGS: Final = tuple(
    """
    управлени агентств организац предприяти οργανισμ εταιρει
    agenc agentur asocia associa bundesa consorci consorti consorz departament departement facult fakult
    fondation fondazion foundation fundac kementeri konsorti laitos landesa lembag ministarst minister-
    ministere ministerio ministeriu ministry organisation organiz secretariat sekretariat servic statisti
    stiftung szolgalat агентств комiтет комитет комітет общество служб факультет центр
    """.split()
)
SURE_ENDINGS: Final = tuple(
    """
    behorde departementet departement direktionen forbundet foreningen forvaltning forvaltningen kontoret
    ministerium ministeriet namnden nemnda samfundet sternwarte tjeneste tjenesten vesenet foretaket
    kommune kommun forschungsstelle
    anstalt samt tamt bibliotek bibliothek centrum dienst direktorat direktoratet forschung genossenschaft
    gesellschaft instituttet keskus laitos myndighet myndigheten radet sallskapet selskab selskap senteret
    stiftelsen stiftung styrelsen tilsynet universitat universitet verband verein verket virasto
    waterstaat wetenschap zentrum
    """.split()
)
SURE_WORDS: Final = frozenset(
    """
    agencia agencja agenzia alapitvany ayuntamiento azienda bakanligi baskanligi belediyesi biuro
    cooperative dernegi diputacion ente fundacja gemeente hivatal kancelar maatschappij ministerio
    ministerstvo ministerstwo nadace prefeitura ministeriö seura sirketi spolecnost stichting tarsasag
    ufficio vakfi vereniging yhdistys zaklad
    agencija agency association badan bakanligi balai college commission consortium council department
    dept dienst drustvo egyetem enstitusu gmbh government inc intezet konyvtar kozpont kurumu
    kutatointezet llc llp ltd merkezi mudurlugu museet museu osrodek plc pusat savez sluzba societa
    society spolecnost spolok sprava stowarzyszenie towarzystwo universitesi uprava urad ured urzad ustav
    varosi waterschap zavod zveza
    """.split()
)
NOT_ORGANISATIONS: Final = frozenset(
    """
    agentur badan balai dienst service verein zavod
    """.split()
)
"""Sure words that are family names as well when they are the only word."""
LIKELY_BEGINNINGS: Final = tuple(
    """
    accademi administr alliance allianz ambassad archive archivo arkiv arquiv assembl authorit autorid
    autorit botan bureaux cathedral center centr citizen clinic coalition collaborat collection collegi
    comisi comiss comite commis committ compagni compan congres consej consell consigl cooperat corporat
    council delegat direcc direct district division ecole enterpris escola escuela estacao estacion
    etabliss federa foderat forskning gemeind gobiern gouvern government governo grupo grupp hopital hospit initiativ
    inspect instytut internation investiga  klinik komisj komit kommiss kommun koniglich koninklijk
    konsort landkreis librar ministr mission municip nacional narodn nasjonal nation naziona netwerk
    network netzwerk observat offici oficin onderzoek organi parliament parque partner pesquis prefect
    prefeit procurad progett program projec projekt projet provinc proyect publish recherch region
    repositor republi research ricerc science scient secret servic serviz socied societ staatlich statist stazion
    studien survey system techn tribunal universit vereinig zentral zoolog
    """.split()
)
"""Beginnings and words of organisations with several words; alone they may be family names."""
LIKELY_WORDS: Final = frozenset(
    """
    agriculture antarctic aquarium arctic arts atmospheric aviation census climate coast coastal communications computing
    conservation culture data defence defense digital earth ecology economic economics education energie energy
    engineering environment environmental fisheries fishery forest forestry geo geographical geophysical glacier health
    heritage history hydrographic hydrology ice information innovation justice laboratories lighthouse mapping marine
    maritime medicine mining natural naturelle nuclear ocean oceans online open oceanographic physics planning police
    polar post protection rescue safety satellite sea security snow social space statistics sustainability technical tide
    tides transport treasury veterinary volcano watch water weather wildlife
    camara dimos direzione empresa fond фонд союз gobierno junta kaupunki mairie office parish provincie
    raad regie saatio secretaria
    army brigade command commune comune guard navy patrol ville municipio jardins
    academia african american amt and apotheke asian australian austrian banca bancaire banco bank banque
    board brazilian british bulgarian bundes burea bureau canadian ceska ceske cesky chamber chinese
    church club co colegio corp croatian czech danish danmarks dansk danske deutsche deutscher deutsches
    escuela espanola euro europe european finnish for force forum francaise fund fur gardens gesellschaft
    global group groupe gruppe hellenic hrvatska hrvatski hrvatsko hub hungarian icelandic imperial inc
    israeli italian italiana japanese jardim kirche kolej koninklijke korean lab labs league liga ligue
    limited ltd magyar ministere mouvement museet nacional national nationale nationales nazionale
    nederlands nederlandse norges norsk norske norwegian of office orszagos osterreichische
    osterreichischer panel parc parks partners plc polish polska polski polskie portuguese press public
    publications record records regional registro registry romanian royal royale russian school schule
    schweizerische schweizerischer section sektion serbian ships slovak slovenian slovenska slovenske
    slovensky sons spanish srpska srpski staat stadt state states station stichting studio suomen svensk
    svenska sveriges swedish swiss task team the trust turkish turkiye ukrainian und unesco union unione
    unit units verbund verlag werk werke working workshop world zoo
    """.split()
)
KNOWN: Final = frozenset(
    """
    BODC CERN CIRAD CNES CNR CNRS CSIC CSIRO DKRZ DLR DWD ECMWF EMBL EPA ESA ESO ESRF ETH FAO GFZ IAEA IEA
    IFREMER ILO IMF INFN INRA INRAE INSERM IOC IPCC IRD ITU IUCN JAMSTEC JAXA KNMI NASA NATO NCAR NCBI
    NERC NGU NIH NIST NOAA NSF NSIDC OECD OSPAR PIK RIKEN SMHI UNDP UNEP UNESCO UNHCR UNICEF USDA USGS WHO
    WMO WTO WWF
    """.split()
)
"""Organisations that are called by these letters alone."""
LEGAL_FORM: Final = re.compile(
    r"(?:\w|[.&])\s+(?:gGmbH|GmbH|AG|KG|SE|B\.?V\.?|N\.?V\.?|S\.?A\.?S?|S\.?L\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|s\.\s?r\.\s?o\.?|a\.\s?s\.?"
    r"|[Ss]p\. z ?o\.? ?o\.?|Oyj?|AB|ASA?|ApS|A/S|Kft\.?|Zrt\.?|d\.\s?o\.\s?o\.?|Ltda\.?|Pty|P[Ll][Cc]|LLC|LLP|Inc\.?|Ltd\.?"
    r"|Corp\.?|Co\.|Limited|e\.\s?V\.?|eG|Ltd)$"
)
"""Legal forms of companies behind their name; as the only text behind a comma most of them are initials."""
LONG_LEGAL_FORM: Final = re.compile(
    r"(?:gGmbH|GmbH|Pty|PLC|LLC|LLP|Inc|Ltd|Corp|Limited|e\.\s?V|s\.\s?r\.\s?o|S\.p\.A|S\.r\.l|[Ss]p\. z ?o\.? ?o|d\.\s?o\.\s?o"
    r"|Kft|Zrt|Ltda|ApS|A/S|Oyj?)\.?(?: .*)?"
)
PLACES: Final = frozenset(
    " ".join(
        """
    aachen | aberdeen | addis ababa | amsterdam | ankara | antwerp | antwerpen | argentina | arhus |
    athens | auckland | australia | austria | baltimore | bangkok | barcelona | basel | beijing | belgique
    | belgium | belgrade | beograd | bergen | berkeley | berlin | bern | bilbao | birmingham | bogota |
    bolivia | bologna | bonn | bordeaux | boulder | brasil | bratislava | braunschweig | brazil | bremen |
    bremerhaven | brest | brisbane | brno | brussel | brussels | bruxelles | bucharest | bucuresti |
    budapest | buenos aires | bulgaria | cairo | canada | canberra | cape town | caracas | chile | china |
    clermont-ferrand | coimbra | colombia | copenhagen | costa rica | cracow | croatia | cuba | czech
    republic | czechia | danmark | darmstadt | debrecen | delft | den haag | denmark | deutschland | dhaka
    | dresden | dublin | dubrovnik | dusseldorf | ecuador | edinburgh | egypt | eindhoven | england |
    espana | espoo | estonia | ethiopia | europe | finland | frankfurt | freiburg | fukuoka | gdansk |
    gdynia | geneve | genf | genova | gent | germany | ghana | ghent | glasgow | goteborg | gothenburg |
    graz | greece | greenland | grenoble | groningen | halle | hamburg | hannover | hanoi | heidelberg |
    helsinki | hiroshima | hong kong | hrvatska | hungary | iceland | indonesia | innsbruck | iran | iraq
    | ireland | island | istanbul | italia | italy | izmir | jakarta | japan | jena | jerusalem |
    johannesburg | kampala | karlsruhe | kassel | kathmandu | kiel | kiev | klagenfurt | kobenhavn |
    koblenz | koln | korea | kosice | krakow | kyiv | kyoto | la paz | la plata | latvia | lausanne |
    leeds | leiden | leipzig | leuven | lisboa | lisbon | lithuania | liverpool | ljubljana | lodz |
    london | los angeles | louvain | lubeck | lublin | lund | luxembourg | luzern | madrid | magyarorszag
    | mainz | malaysia | malmo | manchester | mannheim | maribor | marseille | medellin | melbourne |
    mexico | mexico city | minsk | montevideo | montpellier | montreal | morocco | moscow | moskva |
    mumbai | munchen | munich | munster | nagoya | nairobi | nantes | naples | napoli | nederland | nepal
    | netherlands | new delhi | new york | new zealand | nigeria | nijmegen | norge | northern ireland |
    norway | novosibirsk | oldenburg | osaka | oslo | osterreich | ottawa | oulu | oxford | padova |
    pakistan | palermo | pavia | peru | perugia | philippines | pisa | poland | polska | porto | portugal
    | potsdam | poznan | prague | praha | pretoria | quito | regensburg | rehovot | rennes | reykjavik |
    riga | rio de janeiro | romania | roskilde | rostock | rotterdam | russia | saint petersburg |
    salzburg | san francisco | santander | sao paulo | sapporo | sarajevo | schweiz | scotland | seoul |
    serbia | sevilla | seville | shanghai | singapore | skopje | slovakia | slovenia | sopot | south
    africa | south korea | southampton | spain | split | st. petersburg | stavanger | stellenbosch |
    stockholm | strasbourg | stuttgart | suisse | suomi | sverige | sweden | switzerland | szczecin |
    szeged | taipei | taiwan | tallinn | tanzania | tartu | tehran | thailand | the netherlands |
    thessaloniki | tokyo | torino | toronto | torun | toulouse | trieste | tromsø | trondheim | tsukuba |
    tubingen | tunisia | turin | turkey | turkiye | turku | uganda | ukraine | umea | united kingdom |
    united states | uppsala | uruguay | utrecht | vancouver | venezia | venezuela | venice | vietnam |
    vilnius | wageningen | wales | warsaw | warszawa | washington dc | wellington | wien | wiesbaden |
    wroclaw | wuhan | wurzburg | yokohama | zagreb | zaragoza | zurich | αθηνα | киев | київ | москва |
    новосибирск | россия | санкт-петербург | украина | 上海 | 中国 | 京都 | 北京 | 台湾 | 台灣 | 日本 | 東京 | 東京都 | 서울 |
    한국
        """.split()
    ).split(" | ")
)
"""Countries and towns of research, without those that are given names as well: Paris, Sydney, Sofia, Georgia."""
SHORT_PLACES: Final = frozenset({"EU", "UK", "US", "UN", "UAE", "USA"})
PARTICLES: Final = frozenset(
    """
    af al av bin da dal de del della den der des di do dos du e el la las le les los ten ter van von y zu
    zum zur
    """.split()
)
