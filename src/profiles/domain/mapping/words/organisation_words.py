# ruff: noqa: E501, SIM905  lists of words are read as text
"""The words, parts of words and legal forms by which the names of organisations are known.

They are written without accents and case, as ``plain`` writes them. A *sure* word names an organisation even when
it is alone; a *likely* one (Bank, School, Royal) is a family name as well, and counts only in a name of several words.
"""

import re
from typing import Final

SURE_PARTS: Final = tuple(
    """
    academ accadem ajuntament akadem aldundia archeolog archiv archiwum arkiv augstskol bibliot biedrib
    consorzio dienests drustvo egyetem fakultet fundacj generalitat geolog haskoli hatosag hochschul hogskol
    hospitalet hoyskol hydrogra ingenieurbur inspectorat inspekcj institu instytut intezet istitut jaurlaritza
    keskkonna klinikum knjiznic konyvtar kozpont krankenhaus kutato laborator landmaeling leveltar meteorolog
    ministarstv ministerium ministerstv ministerul miniszteri museo museum muuseum muzej muzeu muziej
    observato observator observatori ollscoil parlament parvald planbureau politechn politechnik polytechn
    prifysgol raamatukogu raduneyti rannsokn sekretari sekretariat sentralbyra sjukhus staatssamml stowarzysz
    styrelse sveucilist sygehus sykehus szolgalat szpital tarnyba tarsasag towarzyst tutkimuskesk ulikool
    unibertsi universi universid univerz uniwersy vedurstof verwaltung yliopist ymparisto ziekenhuis ακαδημι
    βιβλιοθηκ εργαστηρι εταιρει ιδρυμα ινστιτουτ κεντρο μουσει νοσοκομει οργανισμο πανεπιστημι πολυτεχνει
    υπηρεσι υπουργει академи академі асоціац ассоциац библиотек больниц бібліотек видавництв гидромет гідромет
    департамент держав држав заповедник издательств институт картограф комисси консорциум лаборатор
    министерств музеи міністерств обсерватор товариств унiверси универси университ университет університ
    управлен факултет інститут ակադեմիա ինստիտուտ կենտրոն համալսարան նախարարություն אוניברסיט הטכניון מוזיאון
    מכון מכללה מרכז משרד רשות انجمن بیمارستان جامعة جمعية دانشکده دانشگاه سازمان شركة كلية مؤسسة متحف مختبر
    مركز مرکز مستشفى معهد مكتبة منظمة موسسه هيئة وزارة وزارت پژوهش یونیورسٹی आयोग केंद्र केन्द्र परिषद
    मंत्रालय विभाग विश्वविद्यालय संस्थान ইনস্টিটিউট বিশ্ববিদ্যালয় பல்கலைக்கழக กระทรวง บริษัท มหาวิทยาลัย
    มูลนิธิ ศูนย์ สถาบัน สํานักงาน โรงพยาบาล აკადემი ინსტიტუტ სამინისტრო უნივერსიტეტ ცენტრ ሚኒስቴር ዩኒቨርሲቲ グループ
    コンソーシアム センター チーム ネットワーク プロジェクト 中心 会社 公司 出版社 医院 协会 協会 協會 協議会 博物館 博物馆 図書館 图书馆 圖書館 大学 大學 委员会 委員会 学会 学院 學會 學院
    实验室 實驗室 政府 机构 株式会社 機構 气象局 気象庁 法人 病院 研究会 研究室 研究所 研究院 編集部 財団 财团 连合 連合 銀行 银行 국립 대학교 대학원 도서관 박물관 센터 실험실 연구소
    연구실 연구원 위원회 재단 정부 주식회사 학회 협회
    """.split()
)
"""What no name of a person contains."""
SURE_BEGINNINGS: Final = tuple(
    """
    agenc agentia agentur asocia associa bundesa conselleria consorci consorti consorz departament departement
    facult fakult fondation fondazion foundation fundac geodet jabatan kementeri kementerian konsorti laitos
    landesa lembag meteorol ministarst minister- ministere ministerio ministeriu ministry oceanogr oceanograph
    organisation organiz politekn secretariat seismolog servic statisti statny stiftung tutkimus ustredn
    vedeck vyskumn οργανισμ агентств комiтет комитет комітет общество организац предприяти служб факультет
    центр
    """.split()
)
SURE_ENDINGS: Final = tuple(
    """
    amtet anstalt behorde centrum departement departementet dienst direktionen direktorat direktoratet fonden
    fondet forbundet foreningen foretaket forschung forschungsstelle forvaltning forvaltningen foundation
    genossenschaft gesellschaft igazgatosag kartverk kartverket keskus kommun kommune kontoret laitokset
    laitos ministeriet museet myndighet myndigheten namnden nemnda oppsynet radet regierung sallskapet
    samfundet samt selskab selskap senteret sentret sternwarte stiftelsen stiftung tamt tidende tilsynet
    tjeneste tjenesten undersoegelse undersokelse undersokelsen undersokning vasendet verband verein verket
    vesenet virasto waterstaat werkstatt wetenschap zentrale zentren zentrum
    """.split()
)
SURE_WORDS: Final = frozenset(
    """
    academy administration agencia agencija agencja agency agentura agenzia alapitvany amgueddfa ammatti
    archives association ayuntamiento azienda badan bakanligi balai baskanligi belediyesi biuro bundesamt
    centras centrs clinic collaboration college comhairle commission committee concello consell consortia
    consortium cooperative corporation council cyngor department dept dernegi dienst dinas diputacion drustvo
    egyetem enstitusu ente faculty fakulta fakultas fakultat fakulteit federation fundacja gemeente gmbh
    government hivatal hospital inc institution institutions intezet kancelar konyvtar kozpont kurumu
    kutatointezet laboratories laboratory landesamt library llc llp llyfrgell ltd maatschappij majelis merkezi
    ministere ministerija ministerio ministerstvo ministerstwo ministrija ministry mudurlugu museet museu
    museum nadace observatory opcina osauhing osrodek perpustakaan plc politeknik prefeitura pusat roinn savez
    seura sihtasutus sirketi sluzba societa societe society spolecnost spolok sprava stichting stowarzyszenie
    sveuciliste taasisi tarsasag towarzystwo udala ufficio universidad universidade universita universitas
    universitat universite universitesi universiti university univerzita univerzitet uniwersytet uprava urad
    ured urzad ustav vakfi varosi vereniging waterschap wizara xunta yayasan yhdistys zaklad zavod zveza завод
    служба
    """.split()
)
LIKELY_BEGINNINGS: Final = tuple(
    """
    accademi administr alliance allianz ambassad arbeitsgr arbeitskr archive archivo arkiv armada arquiv
    assembl authorit autorid autorit botan broadcast bureaux capitan cathedral center centr citizen clinic
    coalition collaborat collection collegi comisi comiss comite commis committ compagni compan confeder
    congres consej consell consigl consult contributor cooperat corporat council delegat direcc direct
    district division ecole editor ejercit enterpris escola escuela estacao estacion etabliss expedit
    experiment facilit federa foderat forskning forsvar foundat gemeind gobiern gouvern government governo
    grupo grupp gruppen gruppo guardia hopital hospit industri infrastruct initiativ inspect instytut
    internation investiga investigat klinik komisj komit kommand kommiss kommun koniglich koninklijk konsort
    kontor kreisarch landkreis librar marinha ministr mission mitarbeit municip nacional narodn nasjonal
    nation naziona netwerk network netzwerk observat offici oficin onderzoek organi parliament parque
    participant partner pesquis pharmac prefect prefeit procurad progett program projec projekt projet
    protezion provinc proyect publish recherch region regione repositor republi research ricerc rijks sanit
    science scient secret servic serviz sincrotron skogsstyr socied societ staatlich stadsarch stadtarch
    statist stazion studien survey synchrotron system techn technolog telescop televis tribunal universit
    vereinig volunteer zentral zoolog
    """.split()
)
LIKELY_WORDS: Final = frozenset(
    """
    abteilung academia aerospace afdeling african agriculture airlines airport america american amt and
    antarctic antarctica apotheke aquarium arbeitsgruppe arbeitskreis arctic arctica argentina arktika army
    array arts asian associates astronomical astronomy astrophysical atmospheric australasia australia
    australian austria austrian authority avalanche avdeling avdelning aviation avionics banca bancaire banco
    bangladesh bank banque basin belgie belgique biodiversity biological biology biomedical board botany brain
    brasil brazil brazilian brewery brigade britain british broadcasting bulgaria bulgarian bundes buoy burea
    bureau camara campus canada canadian cancer carbon cathedral census ceska ceske cesko cesky chamber
    chemical chemistry chinese church climate climatic clinical club cluster co coast coastal colegio colombia
    command commune communications community company computers computing comune conservation constabulary
    cooperation copernicus corp crew croatian cruise culture czech danish danmark danmarks dansk danske data
    defence defense denmark deutsche deutscher deutsches deutschland development digital dimos diocese
    direzione disease earth ecology economic economics editors education eesti electronics empresa energie
    energy engineering environment environmental epidemiology escuela espana espanola etat etaten ethiopia
    euro europa europe european excellence fachbereich facility farm farms finland finnish fisheries fishery
    fleet fond for force forest forestry forum foundry francaise friends fund fur gallery gardens gauge
    gemeente genome genomics geo geodetic geographical geography geological geology geophysical germany
    gesellschaft ghana glacier global gobierno greenland group groupe gruppe guard hamn harbor harbour
    hardware havenbedrijf havn health hellenic heritage history holdings hrvatska hrvatski hrvatsko hub
    humanities hungarian hydrographic hydrological hydrology hydrometeorological hydrophysical ice iceberg
    iceland icelandic imperial inc indonesia industries information initiative innovation inspectorate
    instruments interdisciplinary island israeli italia italian italiana japan japanese jardim jardins journal
    junta justice katedra katedry kaupunki kirche kolegij kolegium kolej koninklijke korea korean lab
    laboratories labs lasers latvija league legal lehrstuhl lietuva liga lighthouse lightsource ligue limited
    linguistics ltd magazine magyar magyarorszag mairie malaysia mapping marine maritime mathematics media
    medicine members meteorological metrology mexico mill mills mining ministere mission monastery mouvement
    multidisciplinary municipio museet museums nacional national nationale nationales natural naturelle navy
    nazionale nederland nederlands nederlandse nepal neuroscience neurosciences news nigeria norge norges
    norsk norske norway norwegian nuclear nursery ocean oceanographic oceans odbor oddelek odsjek of office
    online open optics orchard orszagos osterreich osterreichische osterreichischer pakistan panel parc parish
    parks partners patrol permafrost philippines philosophy photonics physics pipeline plankton planning plc
    polar police polish polo polonia polska polski polskie portuguese post povodi press protection proteome
    provincie psychiatric psychology public publications raad radio railway railways ranch record records
    redaktion referat regie region regional registro registry rescue reservoir robotics romania romanian
    rossii royal royale russia russian saatio safety satellite savezna school schule schweiz schweizerische
    schweizerischer scientists scotland sea seagrass seaweed seccion secretaria section security seismic
    seismological seksjon sektion semiconductors serbian sezione ships slovak slovenian slovenija slovenska
    slovenske slovensko slovensky snow social sociology software solutions sons source space spanish srpska
    srpski staat stadsbestuur stadt stadtwerk stadtwerke staff state states station statistics stichting
    students studio studios suisse suomen suomi sustainability svensk svenska sverige sveriges sweden swedish
    swiss switzerland synchrotron tannery tanzania task team technical telescope temple thailand the tidal
    tide tides times transformation transport treasury tribe trust turkey turkish turkiye uganda ukraine
    ukrainian und unesco union unione unit units unlimited venezuela verbund verlag veterinary vietnam ville
    vineyard vode volcano volunteers wales wasserwerk watch water weather werk werke wetland wetlands wildlife
    winery working workshop world wydzial zaklady zoo zoology парк союз фонд
    """.split()
)
KNOWN: Final = frozenset(
    """
    ANSTO ASEAN BGS BODC BRGM CERN CIRAD CNES CNR CNRS CONICET CSC CSIC CSIRO Crossref DANS DFG DFO DKRZ DLR
    DTU DWD DataCite Dryad EAWAG ECMWF EMBL EPA EPFL ESA ESO ESRF ETH EUMETSAT EUROCONTROL EUROSTAT FAO
    Figshare GBIF GEOMAR GEUS GFZ GNS Google Greenpeace IAEA ICDP ICES ICOS ICRC IEA IFREMER IKEA ILO IMF
    INCOIS INEGI INFN INPE INRA INRAE INRIA INSERM IOC IODP IPCC IRD IRSN ISRO ITU IUCN IUPAC Ifremer JAMSTEC
    JAXA JMA JPL KAUST KIGAM KIOST KNAW KNMI KOPRI LANL LBNL LIGO LLNL LSE MARUM MIT Microsoft NASA NATO NCAR
    NCBI NCEI NERC NGU NIH NILU NIOZ NIPR NIST NIWA NOAA NREL NSF NSIDC NTNU OECD ORNL OSCE OSPAR Oxfam
    PANGAEA PIK PNNL RIKEN Rijkswaterstaat SCAR SHOM SINTEF SMHI STFC TNO UCL UKRI UNAM UNDP UNDRR UNEP UNESCO
    UNFPA UNHCR UNICEF UNIDO USDA USGS VLIZ WHO WMO WTO WWF Zenodo figshare
    """.split()
)
"""Organisations that are called by these letters alone."""
LEGAL_FORM: Final = re.compile(
    r"^(?:ООО|ЗАО|ОАО|ПАО|АО|ФГБУ|ФГБУН|ФГУП|ГУП|НПО|ТОВ|ТОО|OOO|ZAO|OAO|PAO|UAB|SIA|PT\.?) |(?:\w|[.&])\s+(?:gGmbH|GmbH|AG|KG|SE|B\.?V\.?|N\.?V\.?|S\.?A\.?S?|S\.?L\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|s\.\s?r\.\s?o\.?|a\.\s?s\.?"
    r"|[Ss]p\. z ?o\.? ?o\.?|Oyj?|AB|ASA?|ApS|A/S|Kft\.?|Zrt\.?|d\.\s?o\.\s?o\.?|Ltda\.?|Pty|P[Ll][Cc]|LLC|LLP|Inc\.?|Ltd\.?"
    r"|Corp\.?|Co\.|Limited|e\.\s?V\.?|eG|S\. ?de ?R\.? ?L\.?|SARL|S\.A\.R\.L\.|Ges\.m\.b\.H\.|d\.d\.|OÜ|EIRL|SpA|SRL|Lda\.?|K\.K\.|Sdn\.? Bhd\.?|Bhd\.?)$"
)
"""Legal forms of companies behind their name; as the only text behind a comma most of them are initials."""
LONG_LEGAL_FORM: Final = re.compile(
    r"^(?:ООО|ЗАО|ОАО|ПАО|АО|ФГБУ|ФГБУН|ФГУП|ГУП|НПО|ТОВ|ТОО|OOO|ZAO|OAO|PAO|UAB|SIA|PT\.?) |(?:gGmbH|GmbH|Pty|PLC|LLC|LLP|Inc|Ltd|Corp|Limited|e\.\s?V|s\.\s?r\.\s?o|S\.p\.A|S\.r\.l|[Ss]p\. z ?o\.? ?o|d\.\s?o\.\s?o"
    r"|Kft|Zrt|Ltda|ApS|A/S|Oyj?)\.?(?: .*)?"
)
PARTICLES: Final = frozenset(
    """
    af al av bin da dal de del della den der des di do dos du e el la las le les los ten ter van von y zu
    zum zur
    """.split()
)
FUNCTION_WORDS: Final = frozenset(
    "of for and at the in on für fur und pour et para sobre per för for och og voor en".split()
)
"""Words that stand between nouns and in no family name; DataCite writes them with a capital letter."""
PHRASE: Final = re.compile(
    r"(?:Đại học|Trường|Viện|Trung tâm|Học viện|Công ty|Tổng cục|Sở|Bệnh viện|Universidad|Città|Ville|Stadt|City|Port|Port of"
    r"|Working Group|Task Force|Task Group|Study Group|Expert Group|Steering Group|Editorial Board) \w",
)
"""Beginnings of organisations' names."""
