"""Names of languages, in English, in their own language and in seven that depositors use, for ORCID's codes.

From the Unicode Common Locale Data Repository, in small letters, with and without accents; a few names that
depositors use beside them. Lines that begin with blanks continue the line before.
"""

from typing import Final

_TABLE: Final = """
aa: afar | qafar
ab: abcaso | abcazio | abchasisch | abchazisch | abcázio | abjasio | abkhaze | abkhazian | аԥсшәа
ae: avestan | avestico | avestique | avestisch | avéstico
af: africaner | africâner | afrikaans | afrikáans
ak: akan
am: amarico | amhaars | amharic | amharique | amharisch | amárico | አማርኛ
an: aragonais | aragonees | aragones | aragonese | aragonesisch | aragonés | aragonês
ar: arabe | arabic | arabisch | arabo | árabe | العربية
as: asames | asamés | assamais | assamees | assames | assamese | assamesisch | assamês | অসমীয়া
av: avar | avaric | avarico | avarisch | avaro | avárico | awarisch
ay: aimara | aimará | aymara
az: aserbaidschanisch | azerbaidjanais | azerbaigiano | azerbaijani | azerbaijano | azerbaiyano |
    azerbaïdjanais | azerbeidzjaans | azərbaycan
ba: bachkir | baschiro | baschkirisch | bashkir | basjkiers | baskir | башҡорт
be: belarusian | belarussisch | bielorruso | bielorrusso | bielorusse | bielorusso | biélorusse |
    беларуская
bg: bulgaars | bulgare | bulgarian | bulgarisch | bulgaro | búlgaro | български
bh: bhodjpouri | bhodschpuri | bhojpuri | bhoyapuri | bhoyapurí | भोजपुरी
bi: bichelamar | bislama | bislamá
bm: bamanakan | bambara
bn: bangla | bengaals | bengalese | bengali | bengalisch | bengalí | বাংলা
bo: tibetaans | tibetain | tibetan | tibetano | tibetisch | tibétain | བོད་སྐད་
br: bretao | breton | bretone | bretonisch | bretons | bretão | bretón | brezhoneg
bs: bosanski | bosniaco | bosnian | bosniaque | bosnio | bosnisch | bósnio
ca: catala | catalaans | catalan | catalano | catalao | català | catalán | catalão | katalanisch |
    valencian | valencià
ce: ceceno | chechen | checheno | tchetchene | tchétchène | tschetschenisch | tsjetsjeens | нохчийн
ch: chamorro
co: corse | corsicaans | corsican | corso | corsu | korsisch
cr: cree
cs: ceco | cesky | cestina | checo | czech | tcheco | tcheque | tchèque | tschechisch | tsjechisch |
    čeština
cu: church slavic | eslavo eclesiastico | eslavo eclesiástico | kerkslavisch | kirchenslawisch | slavo
    ecclesiastico | slavon d’église | церковнослове́нскїй
cv: chuvash | chuvasio | ciuvascio | tchouvache | tchuvache | tschuwaschisch | tsjoevasjisch | чӑваш чӗлхи
cy: cymraeg | gales | gallese | gallois | galés | galês | walisisch | welsh
da: danes | danese | danisch | danish | danois | dansk | danés | deens | dinamarques | dinamarquês |
    dänisch
de: aleman | alemao | alemán | alemão | allemand | deutsch | deutsche | deutschen | duits | german |
    tedesco | 德語
dv: dhivehi | divehi | maldivien | ދިވެހިބަސް
dz: dzonga | dzongkha | རྫོང་ཁ
ee: ewe | ewé | eʋegbe | éwé
el: grec | greco | greek | grego | griechisch | griego | grieks | ελληνικά
en: anglais | anglaise | engels | englisch | englische | english | ingles | inglesa | inglese | inglés |
    inglês | английский | 英文 | 英語 | 英语 | 영어
eo: esperanto | espéranto
es: castellano | castilian | espagnol | espanhol | espanol | espanola | español | española | spaans |
    spagnolo | spanisch | spanish
et: eesti | estisch | estnisch | estone | estonian | estoniano | estonien | estonio
eu: basco | baskisch | basque | euskara | euskera
fa: farsi | persa | persan | persian | persiano | persisch | perzisch | فارسی
ff: ful | fula | fulah | peul | pulaar
fi: fines | finlandes | finlandese | finlandês | finnisch | finnish | finnois | fins | finés | suomi
fj: fidjien | fidschi | figiano | fijian | fijiano | fijisch | fiyiano
fo: faeroers | faeröers | faroese | faroisch | feroes | feroien | feroés | feroês | färöisch | féroïen |
    føroyskt
fr: francais | francaise | frances | francese | francés | francês | frans | franzosisch | französisch |
    français | française | french | 法語
fy: fries | frisio ocidental | frison occidental | frisone occidentale | frisón occidental | frysk |
    frísio ocidental | western frisian | westfriesisch
ga: gaeilge | iers | irisch | irish | irlandais | irlandes | irlandese | irlandés | irlandês
gd: gaelic | gaelico escoces | gaelico scozzese | gaelique ecossais | gaidhlig | galisch | gaélico escocés
    | gaélico escocês | gaélique écossais | gàidhlig | gälisch | schots-gaelisch | scottish gaelic
gl: galego | galician | galicien | galicisch | galiziano | gallego
gn: avañe’ẽ | guarani | guaraní
gu: goudjarati | gujarati | guyarati | guyaratí | guzerate | ગુજરાતી
gv: gaelg | manes | mannese | mannois | manx | manés
ha: haoussa | hauca | hausa | haussa | hauçá
hi: hindi | हिन्दी
ho: hiri motu | hiri-motu
hr: croata | croate | croatian | croato | hrvatski | kroatisch
ht: creole haitien | creolo haitiano | criollo haitiano | créole haïtien | haiti-kreolisch | haitiaans
    creools | haitian creole | haitiano | haïtiaans creools | kreyol ayisyen | kreyòl ayisyen
hu: hongaars | hongrois | hungarian | hungaro | húngaro | magyar | ungarisch | ungherese
hy: armeens | armenian | armenien | armenio | armenisch | armeno | arménien | armênio | հայերեն
hz: herero | héréro
ia: interlingua | interlíngua
ie: interlingue
ig: asusu igbo | asụsụ igbo | igbo
ii: sichuan yi | yi | yi de sichuan | yi de sichuán | yi du sichuan | ꆈꌠꉙ
ik: inupiak | inupiaq | inupiaque
in: bahasa indonesia | indonesia | indonesian | indonesiano | indonesien | indonesio | indonesisch |
    indonésien | indonésio
io: ido
is: icelandic | ijslands | islandais | islandes | islandese | islandisch | islandés | islandês | islenska
    | isländisch | íslenska
it: italiaans | italian | italiana | italiano | italien | italienisch
iu: inuktitut | ᐃᓄᒃᑎᑐᑦ
iw: ebraico | hebraico | hebraisch | hebreeuws | hebreo | hebreu | hebrew | hebräisch | hébreu | עברית
ja: giapponese | japanese | japanisch | japans | japonais | japones | japonés | japonês | nihongo | 日文 |
    日本語 | 日语
ji: iidiche | iídiche | jiddisch | yiddish | yidis | ייִדיש
jv: giavanese | javaans | javanais | javanes | javanese | javanisch | javanés | javanês | jawa
ka: georgian | georgiano | georgien | georgisch | géorgien | ქართული
kg: congoles | congolês | kikongo | kongo | kongolesisch
ki: gigikuyu | gikuyu | gĩgĩkũyũ | kikuyu | quicuio
kj: cuanhama | kuanyama | kwanyama
kk: cazaque | kasachisch | kazachs | kazajo | kazakh | kazako | қазақ тілі
kl: groenlandais | groenlandes | groenlandese | groenlands | groenlandés | groenlandês | gronlandisch |
    grönländisch | kalaallisut
km: jemer | khmer | ខ្មែរ
kn: canares | canarim | canarés | kannada | ಕನ್ನಡ
ko: coreano | coreen | coréen | koreaans | korean | koreanisch | 한국어
kr: canuri | canúri | kanouri | kanuri
ks: cachemir | cachemiri | caxemira | kaschmiri | kashmiri | kasjmiri | کٲشُر
ku: curdo | koerdisch | kurde | kurdi | kurdisch | kurdish | kurdo | kurdî | kurmanji | sorani
kv: komi
kw: cornico | cornique | cornish | córnico | kernewek | kornisch
ky: kirghiso | kirghize | kirgisisch | kirgizisch | kirguis | kirguís | kyrgyz | quirguiz | кыргызча
la: latein | latijn | latim | latin | latina | latino | latín
lb: letzebuergesch | lussemburghese | luxembourgeois | luxembourgish | luxemburgisch | luxemburgs |
    luxemburgues | luxemburgués | luxemburguês | lëtzebuergesch
lg: ganda | luganda
li: limbourgeois | limburghese | limburgisch | limburgish | limburgs | limburgues | limburgués |
    limburguês
ln: lingala | lingála
lo: lao | laosiano | laotiaans | laotisch | ລາວ
lt: lietuviu | lietuvių | litauisch | lithuanian | litouws | lituanien | lituano
lu: luba-catanga | luba-katanga | tshiluba
lv: latvian | latviesu | latviešu | letao | leton | lets | lettisch | letton | lettone | letão | letón
mg: malagassisch | malagasy | malgache | malgascio | malgaxe
mh: marschallesisch | marshales | marshallais | marshallees | marshallese | marshalés | marshalês
mi: maori | maorí | māori
mk: macedone | macedonian | macedonien | macedonio | macedonisch | macedônio | macédonien | mazedonisch |
    македонски
ml: malaiala | malayalam | malayálam | മലയാളം
mn: mongol | mongolian | mongolisch | mongolo | mongools | монгол
mo: moldavian | moldovan
mr: marathi | marati | maratí | मराठी
ms: bahasa melayu | malaiisch | malaio | malais | malay | malayo | maleis | malese | melayu
mt: maltais | maltees | maltes | maltese | maltesisch | malti | maltés | maltês
my: birmaans | birman | birmanes | birmanisch | birmano | birmanês | burmese | မြန်မာ
na: nauru | nauruaans | nauruan | nauruano | nauruisch
nb: bokmal | bokmal noruegues | bokmål | bokmål norueguês | noors - bokmal | noors - bokmål | norsk bokmal
    | norsk bokmål | noruego bokmal | norvegese bokmal | norvegese bokmål | norvegien bokmal | norvégien
    bokmål | norwegian bokmal | norwegian bokmål
nd: isindebele | ndebele del nord | ndebele do norte | ndebele du nord | ndebele septentrional | ndébélé
    du nord | noord-ndebele | nord-ndebele | north ndebele
ne: nepalais | nepalees | nepales | nepalese | nepalesisch | nepali | nepalês | nepalí | népalais | नेपाली
ng: dongo | ndonga
nl: dutch | flemish | holandes | holandês | nederlands | nederlandse | neerlandais | neerlandes |
    neerlandés | niederlandisch | niederländisch | néerlandais | olandese | vlaams
nn: noors - nynorsk | norsk nynorsk | noruego nynorsk | norvegese nynorsk | norvegien nynorsk | norvégien
    nynorsk | norwegian nynorsk | nynorsk | nynorsk noruegues | nynorsk norueguês
no: noors | norsk | noruego | noruegues | norueguês | norvegese | norvegien | norvégien | norwegian |
    norwegisch
nr: ndebele del sud | ndebele do sul | ndebele du sud | ndebele meridional | ndébélé du sud | south
    ndebele | sud-ndebele | süd-ndebele | zuid-ndbele
nv: dine bizaad | diné bizaad | navajo
ny: chewa | nianja | nyanja
oc: occitaans | occitan | occitanico | occitano | occitânico | okzitanisch
oj: ojibwa
om: afaan oromo | oromo | oromoo
or: odia | oria | oriya | oriá | ଓଡ଼ିଆ
os: osetico | ossete | ossetic | ossetico | ossetisch | osseto | ossète | osético | ирон
pa: panjabi | pendjabi | punjabi | punyabi | punyabí | ਪੰਜਾਬੀ
pi: pali | páli
pl: polacco | polaco | polish | polnisch | polonais | polones | polonês | polski | pools
ps: pachto | paschtu | pashto | pasjtoe | pastun | pastún | پښتو
pt: portoghese | portugais | portugees | portugiesisch | portugues | portuguesa | portuguese | portugués |
    português
qu: quechua | quichua | quíchua | runasimi
rm: ratoromanisch | reto-romaans | romanche | romancio | romansh | rumantsch | rätoromanisch
rn: ikirundi | kirundi | roundi | rundi
ro: roemeens | romana | romanian | romeno | română | roumain | rumanisch | rumano | rumeno | rumänisch
ru: ruso | russe | russian | russisch | russo | русская | русский | 俄语
rw: ikinyarwanda | kinyarwanda | quiniaruanda
sa: sanscrito | sanskriet | sanskrit | sánscrito | sânscrito | संस्कृत भाषा
sc: sarde | sardijns | sardinian | sardisch | sardo | sardu
sd: sindhi | sindi | سنڌي
se: davvisamegiella | davvisámegiella | noord-samisch | nordsamisch | northern sami | same du nord | sami
    del nord | sami septentrional | sami setentrional
sg: sango | sängö
si: cingalais | cingales | cingalés | cingalês | singalees | singalese | singhalesisch | sinhala | සිංහල
sk: eslovaco | slovacco | slovak | slovaque | slovencina | slovensky | slovenčina | slowaaks | slowakisch
sl: esloveno | sloveens | slovene | slovenian | sloveno | slovenscina | slovenski | slovenščina | slovène
    | slowenisch
sm: samoaans | samoan | samoanisch | samoano
sn: chishona | shona | xona
so: somali | somalisch | somalo | somalí | soomaali
sq: albanais | albanees | albanes | albanese | albanian | albanisch | albanés | albanês | shqip
sr: serbe | serbian | serbio | serbisch | serbo | servio | servisch | srpski | sérvio | српски
ss: siswati | suazi | suázi | swati | swazi
st: sesotho | sotho del sud | sotho du sud | sotho meridional | soto do sul | southern sotho | sud-sotho |
    süd-sotho | zuid-sotho
su: basa sunda | soendanees | soundanais | sundanes | sundanese | sundanesisch | sundanés | sundanês
sv: schwedisch | sueco | suedois | suédois | svedese | svenska | swedish | zweeds
sw: kiswahili | suaheli | suaili | suajili | suaíli | swahili
ta: tamil | tamoul | tâmil | தமிழ்
te: telougou | telugo | telugu | télougou | télugo | తెలుగు
tg: tadjik | tadjique | tadschikisch | tadzjieks | tagico | tajik | tayiko | тоҷикӣ
th: tailandes | tailandés | tailandês | thai | thailandese | thailandisch | thailändisch | thaï | ไทย
ti: tigrigna | tigrina | tigrinia | tigrino | tigrinya | tigriña | tigrínia | ትግርኛ
tk: turcomanno | turcomano | turcomeno | turkmeens | turkmen | turkmen dili | turkmene | turkmenisch |
    turkmène | türkmen dili
tl: filipino | tagalo | tagalog
tn: setsuana | setswana | tswana
to: lea fakatonga | tongaans | tongaisch | tongan | tonganes | tongano | tonganês | tongien
tr: turc | turco | turkce | turkisch | turkish | turks | türkisch | türkçe
ts: tsonga | xitsonga
tt: tartaro | tataars | tatar | tatarisch | tataro | tártaro | татар
tw: ci | twi
ty: tahitiaans | tahitian | tahitiano | tahitien | tahitisch | taitiano
ug: oeigoers | ouighour | ouïghour | uigur | uigurisch | uiguro | uyghur | ئۇيغۇرچە
uk: oekraiens | oekraïens | ucraino | ucraniano | ukrainian | ukrainien | ukrainisch | українська |
    українською
ur: ourdou | urdu | اردو
uz: oezbeeks | ouzbek | o‘zbek | usbekisch | uzbeco | uzbek | uzbeko | uzbeque
ve: tshivenda | tshivenḓa | venda
vi: tieng viet | tiếng việt | vietnamees | vietnamese | vietnamesisch | vietnamien | vietnamita
vo: volapuk | volapuque | volapük
wa: valao | vallone | valon | valão | valón | waals | wallon | wallonisch | walloon | walon
wo: uolofe | wolof | wólof
xh: isixhosa | xhosa
yo: ede yoruba | ioruba | iorubá | yoruba | èdè yorùbá
za: vahcuengh | zhuang
zh: chinees | chines | chinese | chinesisch | chino | chinois | chinês | cinese | mandarin | putonghua |
    中国語 | 中國語 | 中文 | 华语 | 普通话 | 汉语 | 漢語 | 華語
zu: isizulu | zoeloe | zoulou | zulu | zulú
"""


def _names() -> dict[str, str]:
    """Return the code of each name."""
    found: dict[str, str] = {}
    for line in _TABLE.replace("\n    ", " ").strip().split("\n"):
        code, _, names = line.partition(": ")
        found.update(dict.fromkeys(names.split(" | "), code))
    return found


NAMES: Final = _names()
BESIDE_NAMES: Final = frozenset(
    [
        "a",
        "american",
        "as",
        "austrian",
        "brazilian",
        "british",
        "canadian",
        "das",
        "de",
        "den",
        "der",
        "die",
        "el",
        "en",
        "european",
        "ganz",
        "het",
        "hong",
        "idioma",
        "il",
        "in",
        "jazyk",
        "język",
        "kieli",
        "kong",
        "l",
        "la",
        "language",
        "langue",
        "le",
        "lengua",
        "lingua",
        "língua",
        "mainly",
        "mexican",
        "modern",
        "mostly",
        "mova",
        "nur",
        "only",
        "original",
        "simplified",
        "speech",
        "sprache",
        "sprog",
        "språk",
        "standard",
        "swiss",
        "taal",
        "text",
        "the",
        "title",
        "traditional",
        "us",
        "uk",
        "us-american",
        "version",
        "written",
        "язык",
        "мова",
    ]
)
"""Words that may be beside the name of a language and do not change it."""
