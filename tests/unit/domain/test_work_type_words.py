# ruff: noqa: E501  one line a kind is how the tables are read
"""The words of depositors, in the languages of repositories, and the work types that they mean."""

import pytest

from profiles.domain.mapping.work_types import work_type

WORDS = """
dissertation-thesis: Dissertation (PhD) | Doctoral Dissertation | Ph.D. Dissertation | PhD dissertation | DPhil thesis | D.Phil. | EngD thesis | MD thesis | Doctor of Medicine thesis | M.A. thesis | MA Thesis | M.S. | M.Sc. thesis | MSc dissertation | MPhil | LL.M. thesis | Honours thesis | Bachelor thesis | BSc Thesis | B.Sc. project | Undergraduate thesis | Senior thesis | Final year project | Master dissertation | Thesis (Masters) | Thesis - PhD | Electronic Thesis or Dissertation | Theses and Dissertations | ETD | Doctorate | Doctoral work | Professional doctorate | Habilitation | Habilitation thesis | Thesis by publication | Cumulative dissertation | Inaugural-Dissertation | Dissertationsschrift | Dissertation, Doktorarbeit | Diplomarbeit | Magisterarbeit | Bachelorarbeit | Staatsexamensarbeit | Zulassungsarbeit | Lizentiatsarbeit | Abschlussarbeit | Master-Arbeit | Studienabschlussarbeit | Thèse de doctorat | Thèse d'État | Thèse de médecine | Mémoire de master | Mémoire de maîtrise | Mémoire de licence | Habilitation à diriger des recherches | HDR | Mémoire de DEA | Travail de fin d'études | Tesis de maestría | Tesis de licenciatura | Tesina | Trabajo de grado | Trabajo de fin de carrera | Proyecto de fin de grado | TFG | Trabajo de titulación | Memoria de título | Tesis doctorals | Treball de fi de grau | Tese de doutoramento | Tese de Doutorado | Dissertação de mestrado | Dissertação | Trabalho de Conclusão de Curso | TCC | Tesi di laurea | Tesi di dottorato | Tesi magistrale | Teza de doctorat | Lucrare de licență | Lucrare de disertație | Proefschrift | Doctoraatsthesis | Scriptie | Afstudeerwerk | Masterthesis | Eindwerk | Doktorsavhandling | Masteruppsats | Kandidatuppsats | Licentiatavhandling | Examensarbete | Avhandling | Doktoravhandling | Masteroppgave | Bacheloroppgave | Hovedfagsoppgave | Ph.d.-afhandling | Speciale | Kandidatspeciale | Doktorsritgerð | BA ritgerð | Pro gradu | Väitöskirja | Diplomityö | Opinnäytetyö | Kandidaatintutkielma | Magistritöö | Bakalaureusetöö | Doktoritöö | Väitekiri | Promocijas darbs | Maģistra darbs | Bakalaura darbs | Daktaro disertacija | Magistro darbas | Bakalauro darbas | Rozprawa doktorska | Praca doktorska | Praca licencjacka | Praca inżynierska | Praca dyplomowa | Disertační práce | Diplomová práce | Bakalářská práce | Dizertačná práca | Habilitační práce | Doktori disszertáció | Doktori értekezés | PhD értekezés | Szakdolgozat | Diplomamunka | Doktorska disertacija | Magistrsko delo | Diplomsko delo | Doktorski rad | Diplomski rad | Završni rad | Magistarski rad | Докторска дисертация | Дипломна работа | Диссертация | Кандидатская диссертация | Автореферат диссертации | Магистерская диссертация | Дипломная работа | Дисертація | Магістерська робота | Кваліфікаційна робота | Διδακτορική διατριβή | Μεταπτυχιακή εργασία | Διπλωματική εργασία | Doktora tezi | Yüksek lisans tezi | Doktorlik dissertatsiyasi | 博士論文 | 修士論文 | 卒業論文 | 学位論文 | 博士学位论文 | 硕士学位论文 | 碩士論文 | 学士学位论文 | 박사학위논문 | 석사학위논문 | 석사 학위 논문 | Luận văn thạc sĩ | Luận án tiến sĩ | Skripsi | Tesis | Disertasi | วิทยานิพนธ์ | رسالة ماجستير | أطروحة دكتوراه | پایان نامه | תזה | עבודת דוקטורט | info:eu-repo/semantics/doctoralThesis | info:eu-repo/semantics/masterThesis | info:eu-repo/semantics/bachelorThesis | http://purl.org/coar/resource_type/c_db06 thesis | doctoralThesis | Academic thesis | Research thesis | Diploma thesis | Licentiate thesis | Candidate dissertation | Graduation project | Graduate thesis | Postgraduate thesis | Thesis or dissertation | Thesis/Dissertation | Dissertation/Thesis | PhD | MSc | MA | BSc | MEng | MBA thesis | DBA thesis | EdD | PsyD dissertation | MFA thesis | Doctor of Philosophy | Master of Science thesis | Master's thesis | Master’s Thesis | Masters thesis | Master Thesis | Bachelor's Thesis | Doctor's thesis | Thesis, Doctoral | Dissertations, Academic
other: Thesis proposal | Dissertation proposal | Thesis abstract | Thesis defence | Thesis review | Thesis supervision | Thesis presentation | Antithesis | Synthesis | Photosynthesis | Hypothesis | Concert programme | Conference programme | Programme | TV programme | Film script | Screenplay | Movie poster caption | Narrative | Narration | Essay | Letter | Letters | Correspondence | Diary | Poem | Poetry | Minutes | Press release | Agenda | Invitation | Brochure | Flyer | Leaflet | Catalogue | Exhibition catalogue | Index | Bibliography | Obituary | Biography | Case | Case file | Data availability statement | Data dictionary entry list | Dataset description | Code list | Codebook | Book proposal | Book cover | Book index | Bookmark | Journal cover | Map legend | Image caption | Video description | Software description | Software license holder | Software review request | Table of contents | List of figures | List of tables | Grant application | Job application | Application form | Work package | Work plan | Project proposal | Project description | Research proposal | Research plan | Reply | Comment | Commentary on law | Note | Memo | Memorandum | Statement | Position statement | Declaration | Manifesto | Contract | Form | Template | Timeline | Plan | Sheet | Figshare item | Supplementary material | Supplementary information | Appendix | Supplement | Erratum notice | Fragment | Manuscript catalogue | Archive | Archival material | Collection | Bundle | Hologram | Zip code | Civil code | Dress code | Genetic code | Sample size calculation | Model contract | Role model | Test bed | Test run | Report card | Weather report form | Reportage | Song lyrics | Lyrics | Handwriting | Bookbinding | Journalism | Mapping | Imagery analysis plan | Soundness proof | Patently | Softwarekatalog | Filmplakat | Buchcover | Projektantrag | Antrag | Protokoll | Sitzungsprotokoll | Brief | Nachlass
software: Source code | Python code | R script | Analysis script | Jupyter notebook | Computational notebook | Software package | R package | Python library | Web application | Mobile app | Plugin | Docker image | Container image | Video game | Computer game | Serious game | MATLAB code | Simulation code | Scripts | Code | Computer program | Computer software | Logiciel | Programa de computador | Software-Paket | Softwareanwendung | Software tool | Software library | Research software | Open source software | Firmware | Algorithm implementation | Model code | Model source code | Stata do-file | Replication code | Código fuente | Code source | Quellcode | Исходный код | ソフトウェア | 软件 | Virtual machine image | Command line tool | Browser extension | Mathematica notebook | App | API client
data-set: Dataset | Data set | Research data | Survey data | Raw data | Experimental data | Observational data | Time series | Database | Data file | Spreadsheet | CSV file | Tabular data | Data table | Replication data | Model output | Simulation output | Forschungsdaten | Datensatz | Messdaten | Données de recherche | Jeu de données | Conjunto de datos | Conjunto de dados | Dati | Dataset di ricerca | Zbiór danych | Набор данных | 研究データ | 数据集 | 데이터셋 | Corpus | Text corpus | Genome sequence data | Microdata | GIS data | Geospatial data | Satellite data | Supplementary data | Supporting data | Data collection | Data archive | Crystal structure data | Dataset / Tabular | Sequence data | Census data
journal-article: Journal Article | Research Article | Original article | Review article | Short communication | Case report | Letter to the editor | Editorial | Scientific article | Peer-reviewed article | Article de revue | Article scientifique | Zeitschriftenartikel | Zeitschriftenaufsatz | Artículo | Artículo de revista | Artículo científico | Artigo de periódico | Artigo científico | Articolo su rivista | Articolo scientifico | Artykuł naukowy | Artykuł w czasopiśmie | Научная статья | Статья в журнале | Стаття | 学術論文 | 期刊论文 | 학술논문 | Makale | Tidskriftsartikel | Tidsskriftsartikel | Vitenskapelig artikkel | Tijdschriftartikel | Folyóiratcikk | Článek v časopise | Članek | Znanstveni članak | Wetenschappelijk artikel | info:eu-repo/semantics/article | Journal paper | Data paper | Data note | Software paper | Registered report | Brief report article | Accepted manuscript | Author accepted manuscript | Postprint | Article (published version) | Article, journal | Special issue article | Systematic review article | Journal article (peer reviewed) | Rapid communication | Perspective article | Opinion article | Review paper | Commentary article | Research note article | Letter to editor
book-chapter: Book chapter | Book Part | Chapter | Chapter in book | Chapter in edited volume | Book section | Contribution to book | Contribution to edited volume | Buchkapitel | Beitrag in Sammelband | Aufsatz in Sammelband | Buchbeitrag | Sammelbandbeitrag | Chapitre de livre | Chapitre d'ouvrage | Contribution à un ouvrage collectif | Capítulo de libro | Capítulo de livro | Capitolo di libro | Rozdział w monografii | Rozdział | Глава в книге | Глава | Hoofdstuk | Bokkapittel | Bokkapitel | Bogkapitel | Könyvfejezet | Kapitola v knize | Kitap bölümü | info:eu-repo/semantics/bookPart | Part of book | Part of a book | Book chapter (peer-reviewed) | Chapter of a monograph | Article in an edited book | 図書の章 | Handbook chapter
conference-paper: Conference paper | Conference Proceeding paper | Paper in proceedings | Paper in conference proceedings | Conference full paper | Conference article | Conference contribution | Proceedings paper | Proceedings article | Workshop paper | Conference item | Symposium paper | Tagungsbeitrag | Konferenzbeitrag | Konferenzpaper | Beitrag in Tagungsband | Communication dans un congrès | Article de conférence | Ponencia | Comunicación en congreso | Contribución a congreso | Comunicação em congresso | Artigo em conferência | Contributo in atti di convegno | Intervento a convegno | Referat konferencyjny | Konferansebidrag | Konferensbidrag | Конференционный доклад | 会議論文 | 会议论文 | Conference object | Full paper in proceedings | Contribution to conference | Contribution to conference proceedings | Paper presented at conference | info:eu-repo/semantics/conferenceObject | Conference short paper | Extended paper in proceedings
conference-abstract: Conference abstract | Meeting abstract | Abstract | Extended abstract | Poster abstract | Congress abstract | Abstract for conference
conference-poster: Conference poster | Poster | Poster presentation | Scientific poster | Poster session | Posterpräsentation | Póster | Affiche | Affiche scientifique | ポスター | Poster (conference) | Research poster
conference-presentation: Presentation | Conference presentation | Slides | Slide deck | Talk | Oral presentation | Keynote | Invited talk | Conference talk | Powerpoint presentation | Presentation slides | Vortrag | Vortragsfolien | Folien | Présentation | Diaporama | Presentación | Apresentação | Presentazione | Prezentacja | Презентация | プレゼンテーション | Foredrag | Keynote talk | Lightning talk | PowerPoint
conference-proceedings: Conference proceedings | Proceedings | Tagungsband | Konferenzband | Actes de colloque | Actas de congreso | Atti di convegno | Book of abstracts | Workshop proceedings
lecture-speech: Lecture | Speech | Vorlesung | Guest lecture | Public lecture | Inaugural lecture | Antrittsvorlesung | Lecture series | Conférence | Rede | Talk series lecture
report: Report | Technical report | Research report | Annual report | Project report | Final report | Final project report | Progress report | Internal report | Evaluation report | Workshop report | Forschungsbericht | Abschlussbericht | Jahresbericht | Bericht | Rapport | Rapport technique | Rapport de recherche | Informe | Informe técnico | Relatório | Relatório técnico | Relazione tecnica | Rapporto tecnico | Raport | Raport z badań | Отчет | Отчёт о НИР | Звіт | 報告書 | 報告 | 研究报告 | 보고서 | Laporan penelitian | Tutkimusraportti | Forskningsrapport | Onderzoeksrapport | Deliverable | Project deliverable | Milestone | Technical note | Report on data quality | Report of the committee | Expedition report | Cruise report | Zpráva | Výzkumná zpráva | Kutatási jelentés | Rapor | Scientific report | Government report
working-paper: Working paper | Discussion paper | Policy paper | Staff paper | White paper | Arbeitspapier | Diskussionspapier | Document de travail | Documento de trabajo | Documento de trabalho | Occasional paper | Working document | Working Paper Series | Research paper series working paper
preprint: Preprint | Pre-print | Eprint | E-print | Submitted manuscript | Author's original | Prépublication | Vorabdruck | Preprint article | Preprint (not peer reviewed) | 预印本 | プレプリント | Working draft preprint
book: Book | Monograph | E-book | Ebook | Buch | Monographie | Livre | Libro | Livro | Ouvrage | Książka | Monografia | Книга | Монография | 図書 | 图书 | Boek | Bok | Bog | Kniha | Könyv | Kirja | Kitap | Textbook | Lehrbuch | Printed book | Old book | Rare book | Children's book | Fachbuch
edited-book: Edited book | Edited volume | Sammelband | Herausgeberband | Ouvrage collectif | Edited collection | Anthology
book-review: Book review | Rezension | Buchrezension | Review of a book | Compte rendu | Compte-rendu de lecture | Reseña | Reseña bibliográfica | Recensione | Resenha | Recenzja | Recenze | Рецензия | Boekrecensie | 書評 | 书评 | Bokanmeldelse
review: Peer review | Review | Referee report | Review report | Open peer review | Decision letter | Gutachten
journal-issue: Journal issue | Issue | Special issue | Zeitschriftenheft | Journal | Journal volume | Numéro de revue | Periodical
newspaper-article: Newspaper article | Zeitungsartikel | Article de presse | Artículo de periódico | Newspaper item | News article
magazine-article: Magazine article | Magazinartikel | Magazinbeitrag
newsletter-article: Newsletter article | Newsletter
blog-post: Blog post | Blog entry | Weblog post | Blogpost | Blogbeitrag | Blog | Billet de blog | Entrada de blog
website: Website | Web page | Webpage | Web site | Homepage | Webseite | Site web | Sitio web | Página web | Portal | Project website
online-resource: Online resource | Online database | Online exhibition | Digital edition | Web resource | Web service | Online tool | Electronic resource | Digital exhibition
data-management-plan: Data management plan | DMP | Datenmanagementplan | Plan de gestion de données | Software management plan | Output management plan | Data Management Plan (DMP) | Plan de gestión de datos | Plano de gestão de dados
learning-object: Learning object | Teaching material | Course material | Tutorial | Lesson plan | Lecture notes | Lehrmaterial | Unterrichtsmaterial | Educational resource | OER | Open Educational Resource | Training material | Course | Exercise | Worksheet | Online course | Syllabus | Lesson | Training module | Teaching resource | Material didáctico | MOOC | Ressource pédagogique | Exam | Workbook
manual: Manual | User manual | User guide | Handbook | Handbuch | Documentation | Guide | Manuel | Manuel d'utilisation | Manual técnico | Readme | Software documentation | Technical documentation | Benutzerhandbuch | Instructions | Handleiding | Quick start guide | Installation guide | Field guide
technical-standard: Standard | Technical standard | Specification | Technical specification | XML schema | Metadata schema | RFC | Norm | DIN-Norm | Ontology specification
standards-and-policy: Policy | Guidelines | Code of conduct | Code of practice | Recommendations | Policy brief | Policy document | Best practice | Leitlinie | Richtlinie | Guideline | Clinical guideline | Policy recommendation | Recommendation
patent: Patent | Patent application | Patentschrift | Brevet | Patente | Patent specification | Brevetto | 特許 | 专利 | Patentanmeldung
trademark: Trademark | Trade mark | Registered trademark | Marke
license: License | Licence | License agreement | Licencia
disclosure: Disclosure | Invention disclosure
invention: Invention | Erfindung
registered-copyright: Copyright | Registered copyright | Copyright registration
spin-off-company: Spin-off company | Spin-off | Spinoff | Spin-off firm | Start-up company
translation: Translation | Übersetzung | Traduction | Traducción | Translated text | Tradução | Traduzione
transcription: Transcript | Transcription | Interview transcript | Video transcript | Transkript | Transkription | Transcripción
annotation: Annotation | Annotations
cartographic-material: Map | Geological map | Atlas | Karte | Carte | Mapa | Cartographic material | Landkarte | Topographic map | Soil map | Historical map | Nautical chart | Kaart | Kart | Карта | 地図 | 地图 | Carte géologique
musical-composition: Musical composition | Score | Sheet music | Partitur | Musical score | Partition | Partitura | Musical notation | Composition
artistic-performance: Performance | Exhibition | Concert | Theatre performance | Ausstellung | Dance performance | Live performance | Theater | Aufführung | Exposition
design: Design | Architectural design | CAD model | Product design | Graphic design | Architectural drawing
image: Image | Photograph | Photo | Figure | Drawing | Illustration | Picture | Fotografie | Foto | Photographie | Fotografía | Fotografia | Bild | Abbildung | Zeichnung | Diagram | Infographic | Painting | Engraving | Still image | Screenshot | 写真 | 画像 | 图片 | Digital image | Micrograph | Gemälde | Black and white photograph | Digital photograph | Postcard
moving-image: Video | Film | Movie | Animation | Documentary | Documentary film | Video recording | Moving image | Vidéo | Vídeo | Short film | Music video | Screencast | Video abstract | Videoaufzeichnung | Lehrfilm | Dokumentarfilm | 動画 | 视频 | Video lecture | Video clip
sound: Sound | Audio | Audio recording | Podcast | Sound recording | Interview recording | Recording | Oral history | Podcast episode | Tonaufnahme | Enregistrement sonore | Grabación sonora | Audiobook | Hörspiel | Radio broadcast | Oral history interview
physical-object: Physical object | Specimen | Sample | Museum object | Rock sample | Artefact | Physical sample | Herbarium specimen | Soil sample | Drill core | Core sample | Sediment core | Sculpture
research-technique: Protocol | Method | Workflow | Procedure | Methodology | Standard operating procedure | SOP | Research method | Laboratory protocol | Technique | Pipeline | Experimental protocol | Study protocol | Lab protocol
research-tool: Instrument | Research instrument | Tool | Model | Simulation model | Numerical model | 3D model | Research tool | Climate model
test: Test | Psychological test | Questionnaire | Survey instrument | Scale | Fragebogen | Cuestionario | Psychometric scale | Measurement instrument | Inventory
clinical-study: Clinical trial | Clinical study | Randomized controlled trial | Trial registration | Clinical trial protocol | Clinical trial registration | Klinische Studie
encyclopedia-entry: Encyclopedia entry | Encyclopedia article | Encyclopaedia entry | Lexikonartikel | Lexikoneintrag | Article d'encyclopédie
dictionary-entry: Dictionary entry | Dictionary | Glossary | Wörterbuch | Wörterbucheintrag
supervised-student-publication: Student paper | Seminar paper | Seminararbeit | Hausarbeit | Term paper | Student project | Studienarbeit | Student report | Student essay
conference-output: Conference | Workshop | Symposium | Webinar | Konferenz | Congress | Seminar | Meeting
public-speech: Public speech
"""
LIKE_OTHERS = """
blog-post: Web log
book: Book of recipes | Book series | Comic book | Libro de actas
book-chapter: Textbook chapter | Handbook entry | Chapter of thesis | Monograph chapter | Lehrbuchkapitel | Capítulo
book-review: Reseña de libro
cartographic-material: Site map | Road map | Mind map | Sound map | Mapa geológico | Mapa
conference-paper: Conference paper / presentation
conference-poster: Poster/Abstract | Exhibition poster | Póster científico
conference-presentation: Workshop slides | Lecture slides
conference-proceedings: Proceedings volume | Материалы конференции
data-set: Image dataset | Test data | Dataset; software | Software and data | Datenbank | Base de datos
dissertation-thesis: Thesis (report) | Text; thesis | Thesis, Text | Bachelorarbeit/Bachelor Thesis
image: Supplementary figure | Website screenshot
journal-article: Method article | Journal Article/Review | Artículo / Article | Text (article) | 紀要論文
journal-issue: Magazine issue
learning-object: Vorlesungsskript
lecture-speech: Vorlesungsaufzeichnung
magazine-article: Magazine
manual: Software manual | Data manual | Study guide | Manual de usuario
moving-image: Video essay | Lecture video
musical-composition: Music score
newsletter-article: Newsletter
newspaper-article: Newspaper
other: Bookplate | Booklet | Lab notebook | Field notebook | Book launch | Database schema | Data visualization | Data story | Report template | Poster template | Conference call | Conference announcement | Workshop materials | Workshop invitation | Licence plate | Driving licence | Map collection | Photo album | Image collection | Sound score | Model organism | Test results | Scale model | Tool kit | Toolkit | Protocol paper | Methods paper | Review essay | Letter | Newspaper issue | Journal article supplement | Supplement to journal article | Supplementary table | Appendix to thesis | Summary of thesis | Master class | Master plan | Doctor's letter | Bachelor party | Doctoral consortium paper | Working group paper | Technical paper | Position paper | Concept paper | Proceedings abstract | Paper abstract | Session chair | Panel discussion | Round table | Blog comment | Computer simulation | Game engine | Game design | Audio guide | Course catalogue | Theatre programme | Opera libretto | Interview guide | Note de recherche | Note technique | Cahier de recherche | Actes | Compte rendu de réunion | Carnet de terrain | Lettre | Buchumschlag | Kartenausschnitt | Videospiel | Datenblatt | Softwaredokumentation | Tagungsprogramm | Programa de curso | Guía docente | Carta al editor | Código de conducta | Тезисы доклада | Учебник | Учебное пособие | Рабочая тетрадь | 会議録 | 会議発表資料 | 解説 | 교과서 | Bài giảng
report: Conference report | Test report | Standards report | Policy report | Doctoral school report | Report (thesis) | Working group report | Survey report | Field report | Book report | Rapport de stage | Rapport de thèse | Bericht über die Tagung | Zwischenbericht | Prüfungsbericht | Tagungsbericht | Informe de laboratorio | Relatório de estágio | Relatório final | Отчет о научной работе | 技術報告 | 調査報告書 | 会议报告
research-technique: Review protocol | Systematic review protocol | Interview protocol
research-tool: Data model
review: Film review | Software review | Conference review | Patent law review
software: Notebook | Electronic lab notebook | Software (source code)
sound: Audio book | Presentation recording | Conference recording | Lecture recording | Concert recording
standards-and-policy: Data policy
test: Survey questionnaire
website: Website archive
"""
"""Phrases that begin, end or hold a word of another type."""


def rows(table):
    return [tuple(line.split(": ", 1)) for line in table.strip().split("\n")]


@pytest.mark.parametrize(("kind", "words"), rows(WORDS), ids=[kind for kind, _ in rows(WORDS)])
def test_words_of_a_type_mean_it_in_every_language(kind, words):
    assert {word: work_type("Text", word) for word in words.split(" | ")} == dict.fromkeys(
        words.split(" | "), kind
    )


@pytest.mark.parametrize(("kind", "words"), rows(LIKE_OTHERS), ids=[kind for kind, _ in rows(LIKE_OTHERS)])
def test_the_whole_phrase_decides_not_a_word_in_it(kind, words):
    assert {word: work_type("Other", word) for word in words.split(" | ")} == dict.fromkeys(
        words.split(" | "), kind
    )
