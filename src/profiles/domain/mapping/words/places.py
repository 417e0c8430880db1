# ruff: noqa: E501, SIM905  lists of words are read as text
"""The countries, regions and towns of research, by which an organisation with its place is known."""

from typing import Final

PLACES: Final = frozenset(
    " ".join(
        """
    aachen | aberdeen | abidjan | abruzzo | abu dhabi | abuja | accra | addis ababa | afghanistan | agadir |
    aguascalientes | aix-en-provence | akranes | akureyri | alabama | alaska | albania | alcala de henares |
    alemania | alexandroupoli | alger | algeria | algerie | algiers | alicante | allemagne | almaty | almeria
    | alto adige | amherst | amman | amsterdam | andalucia | andorra | angers | angola | ankara | ann arbor |
    antananarivo | antarctica | antwerp | antwerpen | apache point | arcetri | argentina | arhus | arica |
    arizona | arkansas | arles | armenia | arnhem | arusha | asturias | athens | atlanta | auckland | augsburg
    | australia | austria | aveiro | avignon | azerbaijan | baden-wurttemberg | baghdad | bahamas | bahrain |
    baku | baltimore | bamako | bamberg | bandung | bangalore | bangkok | bangladesh | barbados | barcelona |
    basel | bath | bavaria | bayern | bayreuth | beijing | beirut | belarus | belgique | belgium | belgrade |
    belize | bengaluru | benin | beograd | bergamo | bergen | berkeley | berlin | bermuda | bern | besancon |
    bethesda | bhopal | bhubaneswar | bhutan | bialystok | bielefeld | bilbao | birmingham | bloemfontein |
    bloomington | bochum | bogor | bogota | bolivia | bologna | bolzano | bonn | bordeaux | bosna i
    hercegovina | bosnia and herzegovina | boston | botswana | boulder | bourgogne | bozen | braga |
    brandenburg | brasil | brasilia | bratislava | braunschweig | brazil | bremen | bremerhaven | brescia |
    brest | bretagne | brisbane | bristol | british columbia | brno | brunei | brussel | brussels | bruxelles
    | bucaramanga | bucharest | bucuresti | budapest | budejovice | buenos aires | bulgaria | burgenland |
    burgos | burkina faso | burundi | busan | bydgoszcz | cadiz | caen | cagliari | cairo | calcutta | calgary |
    california | cambodia | cambridge | cambridge ma | cambridge uk | camerino | cameroon | cameroun | canada
    | canarias | canberra | cantabria | cape town | cape verde | caracas | cardiff | cartagena | casablanca |
    castilla y leon | catalonia | cataluna | catalunya | catania | ceska republika | chandigarh | changsha |
    chapel hill | chemnitz | chengdu | chennai | chiang mai | chiba | chicago | chile | china | chine |
    chioggia | chisinau | chittagong | christchurch | cincinnati | clermont-ferrand | cleveland | cluj-napoca
    | cochabamba | coimbra | college park | college station | cologne | colombia | colorado | columbus |
    connecticut | constanta | copenhagen | cordoba | cork | corse | cosenza | costa rica | cote d'ivoire |
    coventry | cracow | craiova | crna gora | croatia | cuba | cuernavaca | curitiba | cusco | cuzco | cyprus
    | czech republic | czechia | dakar | dalian | damascus | danmark | dar es salaam | darmstadt | davos | de
    bilt | debrecen | delft | den haag | denmark | detroit | deutschland | dhaka | didcot | dijon | district
    of columbia | djibouti | dominican republic | dortmund | douala | drenthe | dresden | dubai | dublin |
    dubrovnik | duisburg | duluth | dundee | dunedin | durban | durham | dusseldorf | ecuador | edinburgh |
    edmonton | edwardsville | eesti | egypt | eindhoven | el salvador | ellada | england | enschede | erfurt |
    eritrea | erlangen | esbjerg | espagne | espana | espoo | essen | estados unidos | estonia | eswatini |
    etats-unis | ethiopia | europe | euskadi | evora | exeter | extremadura | fairbanks | falmouth | faro |
    faroe islands | ferrara | fes | fiji | finistere | finland | finnmark | firenze | flagstaff | flanders |
    flensburg | florianopolis | foroyar | fort collins | fortaleza | foz do iguacu | frankfurt | fredericton |
    freiburg | french polynesia | fribourg | friedrichshafen | friuli | fukuoka | fuzhou | gabon | gaborone |
    gainesville | galicia | galway | gambia | garching | gatersleben | gavle | gdansk | gdynia | geesthacht |
    gelderland | geneve | genf | genova | gent | germany | ghana | ghent | giessen | gif-sur-yvette | gijon |
    girona | glasgow | gliwice | godthab | golm | goteborg | gothenburg | gottingen | grahamstown | granada |
    graz | great britain | greece | greenbelt | greenland | greifswald | grenada | grenoble | groningen |
    guadalajara | guadeloupe | guangzhou | guatemala | guayaquil | guelph | guinea | gumi | guyana | haifa |
    hailuoto | haiti | halifax | halland | halle | halmstad | hamamatsu | hamburg | hangzhou | hanko |
    hannover | hanoi | hanover | harare | harbin | harrogate | havana | hawaii | hefei | heidelberg | hellas |
    helsinki | heraklion | hesse | hessen | hilo | hiroshima | ho chi minh city | hobart | hofn | honduras |
    honefoss | hong kong | hong kong sar | honolulu | houston | hrvatska | huelva | hull | hungary | hyderabad
    | iasi | ibadan | iceland | idaho | ile-de-france | illinois | incheon | indianapolis | indonesia |
    innsbruck | ioannina | iowa | iqaluit | iquitos | iran | iraq | ireland | irkutsk | islamabad | island |
    isle of man | ispra | istanbul | italia | italie | italy | ithaca | izmir | jaipur | jakarta | japan |
    jena | jerusalem | jinan | jodhpur | joensuu | johannesburg | jonkoping | julich | jylland | jyvaskyla |
    kabul | kaliningrad | kalmar | kampala | kampen | kanazawa | kanpur | kansas | kaohsiung | karachi |
    karlskrona | karlsruhe | karnten | kassel | kathmandu | katowice | kaunas | kazakhstan | kazan | kentucky
    | kew | kharagpur | kharkiv | khartoum | kiel | kiev | kigali | kingston upon hull | kinshasa | kiruna |
    kitakyushu | kjeller | klagenfurt | klaipeda | kobenhavn | koblenz | kochi | kolkata | koln | kongens
    lyngby | konstanz | korea | kosice | kosovo | kozhikode | krakow | kuala lumpur | kumamoto | kuopio |
    kuwait | kuwait city | kyiv | kyoto | kyrgyzstan | la habana | la jolla | la laguna | la paz | la plata |
    la rioja | la rochelle | la serena | lagos | lahore | lanzhou | laos | lappland | las palmas | las vegas |
    latvia | latvija | lausanne | lazio | lebanon | lecce | leeds | leicester | leiden | leipzig | lelystad |
    leoben | lerwick | lesotho | leuven | liberia | libya | liechtenstein | lietuva | liguria | lille | lima |
    limburg | limerick | limoges | linkoping | linz | lisboa | lisbon | lithuania | liverpool | ljubljana |
    lodz | lombardia | lome | london | longyearbyen | los alamos | los angeles | loughborough | louisiana |
    louisville | louvain | lower saxony | luanda | lubeck | lublin | lucknow | lulea | lund | lusaka |
    luxembourg | luzern | lviv | lyngby | lyon | maastricht | macao | macau | macedonia | madagascar | madison
    wi | madrid | madurai | magdeburg | magyarorszag | maine | mainz | makedonija | malaga | malawi | malaysia
    | maldives | malmo | malta | managua | manaus | manchester | manila | manitoba | mannheim | maputo | mar
    del plata | marburg | maribor | maroc | marrakech | marseille | martinique | maryland | maseru |
    massachusetts | mauritania | mauritius | mecklenburg-vorpommern | medellin | melbourne | mendoza | menlo
    park | messina | metz | mexico | mexico city | miami | michigan | milano | milton keynes | minneapolis |
    minnesota | minsk | mississippi | missouri | modena | moldova | mombasa | monaco | moncton | mongolia |
    monrovia | montenegro | monterey | monterrey | montevideo | montpellier | montreal | morelia | morocco |
    moscow | moskva | moss landing | mountain view | mozambique | mumbai | munchen | munich | munster | murcia
    | muscat | myanmar | mysore | nagoya | nairobi | namibia | namur | nanjing | nantes | naples | napoli |
    narvik | navarra | nebraska | nederland | nepal | netherlands | neuchatel | new brunswick | new caledonia
    | new delhi | new hampshire | new haven | new jersey | new mexico | new south wales | new york | new
    zealand | newcastle | newcastle upon tyne | newfoundland | niamey | nicaragua | nicosia | niedersachsen |
    niger | nigeria | nijmegen | niteroi | nitra | noord-brabant | noord-holland | nordland |
    nordrhein-westfalen | norge | normandie | norrkoping | north carolina | north dakota | north macedonia |
    northern ireland | northern territory | norway | norwich | nottingham | nouakchott | noumea | nova scotia
    | novi sad | novosibirsk | nuernberg | nunavut | nuremberg | nurnberg | nuuk | nyon | oaxaca |
    oberpfaffenhofen | occitanie | odense | odesa | offenbach | ohio | okinawa | oklahoma | oldenburg |
    olomouc | olsztyn | oman | ontario | oostende | opole | orebro | oregon | orleans | orsay | osaka | osijek
    | oslo | osnabruck | ostend | osterreich | ostersund | ostrava | ottawa | ouagadougou | oulu | overijssel
    | oviedo | oxford | p.r. china | paderborn | padova | pakistan | palaiseau | palaiseau cedex | palau |
    palermo | palestine | palma de mallorca | palo alto | pamplona | panama | papeete | papua new guinea |
    paraguay | parma | pasadena | pasto | patras | pavia | pecs | pennsylvania | people's republic of china |
    perth | peru | perugia | petropolis | philadelphia | philippines | phnom penh | piacenza | piemonte |
    pilsen | pisa | pittsburgh | ploiesti | plovdiv | plymouth | plzen | podgorica | pohang | pointe-a-pitre |
    poitiers | pokfulam | poland | polska | polynesie francaise | pondicherry | ponta delgada | popayan | port
    louis | port moresby | port vila | port-au-prince | portland | porto | porto alegre | portoroz |
    portsmouth | portugal | potsdam | poznan | pr china | prague | praha | pretoria | princeton | pristina |
    provence | puebla | puerto rico | puglia | pune | puno | punta arenas | qatar | qingdao | quebec | quebec
    city | queensland | queretaro | quezon city | quito | rabat | ramat gan | rangoon | reading | recife |
    regensburg | reggio calabria | rehovot | reims | reino unido | rennes | republic of korea | republica
    dominicana | reston | rethymno | reunion | reykjavik | rheinland-pfalz | rhode island | riga | rijeka |
    rio de janeiro | romania | rome | roorkee | roscoff | roskilde | rostock | rotterdam | rouen | rovaniemi |
    royaume-uni | russia | russian federation | rwanda | saarbrucken | saarland | sachsen | sachsen-anhalt |
    saclay | sacramento | saint john's | saint petersburg | saint-denis | saint-etienne | salamanca | salerno
    | salt lake city | salzburg | samoa | san antonio | san diego | san francisco | san jose | san juan | san
    luis | san marino | sankt-peterburg | santa barbara | santa cruz | santa fe | santander | santiago de
    chile | santiago de compostela | santo domingo | sao carlos | sao paulo | sapporo | sarajevo | sardegna |
    saskatchewan | sassari | saudi arabia | savannah ga | saxony | schleswig-holstein | schweiz | scotland |
    seattle | sendai | senegal | seoul | serbia | sevastopol | sevilla | seville | seychelles | shanghai |
    sheffield | shenyang | shenzhen | shizuoka | shqiperia | sicilia | siegen | sierra leone | silver spring |
    singapore | skane | skopje | skovde | skoyen | slovakia | slovenia | slovenija | slovensko | sodankyla |
    sofia bulgaria | sogndal | solomon islands | somalia | sopot | south africa | south australia | south
    carolina | south dakota | south korea | southampton | spain | spitsbergen | split | srbija | sri lanka |
    srinagar | st andrews | st john's | st petersburg | st-petersburg | st. gallen | st. john's | st. louis |
    st. petersburg | starnberg | stavanger | steiermark | stellenbosch | sto. domingo | stockholm | stornoway
    | storrs | strasbourg | stuttgart | sudan | sudtirol | suisse | sundsvall | suomi | surabaya | suriname |
    suva | svalbard | sverige | swansea | sweden | switzerland | sydney australia | syracuse | syria |
    szczecin | szeged | szentendre | taichung | tainan | taipei | taiwan | tajikistan | tallahassee | tallinn
    | tampa | tampere | tanzania | tarragona | tartu | tashkent | tasmania | tbilisi | tegucigalpa | tehran |
    tel aviv | temuco | tenerife | ternopil | texas | texel | thailand | the hague | the netherlands |
    thessaloniki | thiruvananthapuram | thuringen | tianjin | timisoara | tirana | tirol | tlaxcala | togo |
    tokyo | toledo | tomsk | tonga | torino | toronto | torshavn | torun | toscana | toulon | toulouse |
    townsville | toyama | trentino | trento | trieste | trinidad and tobago | tripoli | trivandrum | tromso |
    trondheim | tsukuba | tubingen | tucson | tucuman | tunis | tunisia | tunisie | turin | turkey | turkiye |
    turkmenistan | turku | tuvalu | tuzla | twente | uganda | ukraine | ulaanbaatar | ulm |
    ulsan | umea | united arab emirates | united kingdom | united states | united states of america | uppsala
    | urbana | urbana-champaign | urbino | uruguay | ushuaia | usti nad labem | utah | utrecht | uzbekistan |
    vaasa | vadso | vaduz | valdivia | valetta | valladolid | valletta | valparaiso | vancouver | vanuatu |
    varanasi | varese | varna | vasteras | vastra gotaland | vatican city | vaxjo | vellore | veneto | venezia
    | venezuela | venice | vermont | versailles | viborg | vientiane | viet nam | vietnam | vigo | vilnius |
    vina del mar | viterbo | vlaanderen | vladivostok | vorarlberg | wageningen | wako | wales | wallingford |
    wallonie | warsaw | warszawa | warwick | washington d.c. | washington dc | washington, d.c. | waterloo |
    weimar | wellington | west virginia | western australia | wien | wiesbaden | wilhelmshaven | windhoek |
    winnipeg | wisconsin | wolfenbuttel | woods hole | worcester | wroclaw | wuhan | wurzburg | wyoming |
    xalapa | xi'an | xiamen | yamagata | yangon | yaounde | yekaterinburg | yemen | yerevan | yogyakarta |
    yokohama | york | yukon | zacatecas | zadar | zagreb | zambia | zaragoza | zeeland | zeist | zhengzhou |
    zilina | zimbabwe | zlin | zug | zuid-holland | zurich | αθηνα | βαρνα | βολοσ | ελλαδα | ηρακλειο |
    θεσσαλονικη | ιωαννινα | κυπροσ | πατρα | алматы | архангельск | баку | беларусь | београд | бишкек |
    българия | владивосток | воронеж | екатеринбург | ереван | загреб | иркутск | казань | казахстан |
    калининград | киев | киів | красноярск | львов | львів | минск | москва | мурманск | нови сад |
    новосибирск | одеса | одесса | омск | пермь | пловдив | россия | ростов-на-дону | санкт-петербург |
    саратов | скопје | србија | ташкент | тбилиси | томск | украина | украіна | уфа | харків | харьков |
    якутск | երեւան | հայաստան | באר שבע | חיפה | ירושלים | רחובות | תל אביב | اصفهان | الأردن | الجزائر |
    الخرطوم | الدوحة | الرباط | الرياض | السعودية | السودان | العراق | القاهرة | الكويت | المغرب | ایران |
    بغداد | بيروت | تهران | تونس | دبي | دمشق | سوريا | شیراز | عمان | قطر | لبنان | مشهد | مصر | काठमांडू |
    दिल्ली | नई दिल्ली | भारत | मुंबई | ঢাকা | নেপাল | বাংলাদেশ | กรุงเทพ | กรุงเทพฯ | ขอนแก่น | ประเทศไทย |
    เชียงใหม่ | თბილისი | საქართველო | つくば | 上海 | 上海市 | 中华人民共和国 | 中国 | 中華民國 | 京都 | 仙台 | 兰州 | 北京 | 北京市 | 千葉 |
    南京 | 台中 | 台北 | 台南 | 台湾 | 台灣 | 名古屋 | 哈尔滨 | 大阪 | 大阪府 | 天津 | 广州 | 広島 | 廣州 | 成都 | 新竹 | 日本 | 札幌 | 杭州 | 東京 | 東京都
    | 横浜 | 武汉 | 武漢 | 沖縄 | 深圳 | 澳門 | 澳门 | 神戸 | 福岡 | 立川 | 筑波 | 臺北 | 臺灣 | 西安 | 重庆 | 青岛 | 香港 | 高雄 | 광주 | 대구 | 대전 |
    대한민국 | 부산 | 서울 | 울산 | 인천 | 제주 | 포항 | 한국
        """.split()
    ).split(" | ")
)
"""Without those that are given names as well: Paris, Sydney, Sofia, Georgia. Written as ``plain`` writes them."""
SHORT_PLACES: Final = frozenset({"EU", "UK", "US", "UN", "UAE", "USA"})
