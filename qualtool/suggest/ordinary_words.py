"""Words that are written with a capital, or open sentences, and name nobody in particular.

All in lower case. Written for interviews about schools in England; a word that is left out costs a
researcher one tick more, a word that should not be in costs a name, so names of people are not here.
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Words that open sentences and are no name in that place, nor any part of one.
FUNCTION_WORDS = _words(
    "a about above across actually after again against ago all almost alone along already also although"
    " always am amazing an and another any anybody anyone anything anyway apart apparently are aren't"
    " around as at away awful back bad basically be because been before behind being below besides best"
    " better between beyond big both bless brilliant but by bye can can't certainly cheers clearly come"
    " could couldn't definitely depends did didn't different do does doesn't don't done down dunno each"
    " early either else enough especially even eventually ever every everybody everyone everything"
    " everywhere exactly except fair fewer fine finally first five for four frankly from funnily funny"
    " generally get give given go god good great gosh had hadn't half happily hard hardly has hasn't"
    " have haven't he he'd he'll he's hello hence her here here's hers herself hey hi him himself his"
    " hmm honest honestly hopefully how how's however hundreds i i'd i'll i'm i've if imagine in indeed"
    " inside instead interesting into is isn't it it'd it'll it's its itself just keep last lately later"
    " least less let let's like likewise literally little long look looking lots lovely luckily made"
    " make many maybe me mean meanwhile mhm might mine mm more morning most mostly much mum must my"
    " myself near nearly neither never nevertheless new next nice no nobody none nope nor normally not"
    " nothing now nowadays obviously of off often oh okay ok old on once one ones only onto open or"
    " other others otherwise ought our ours ourselves out outside over overall own particularly people"
    " per perhaps personally please plus poor presumably pretty probably put quite rather really right"
    " same sadly say says second see seeing seems several shall she she'd she'll she's should shouldn't"
    " similarly simply since six so some somebody somehow someone something sometimes somewhere soon"
    " sorry still strange such sure surely ta take tell ten than thank thanks that that'd that'll that's"
    " the their theirs them themselves then there there'd there'll there's therefore these they they'd"
    " they'll they're they've thing things think third this those though three through thus till to"
    " today together tomorrow tonight too totally toward towards true try two typically ugh um under"
    " unfortunately unless unlike until up upon us used usually very wait was wasn't we we'd we'll we're"
    " we've weird well were weren't what what'd what's whatever when whenever where where's whereas"
    " wherever whether which whichever while who who'd who's whoever whole whom whose why will with"
    " within without won't word words worse would wouldn't wow yeah year years yep yes yesterday yet you"
    " you'd you'll you're you've your yours yourself yourselves good-bye twenty thirty forty fifty"
    " hundred thousand seven eight nine eleven twelve everyone's ah er erm aye nah nay whatever's may"
    " hope having doing going getting being saying knowing coming taking"
)

MONTHS = _words("january february march april may june july august september october november december jan")
_TIME = _words(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays"
    " fridays saturdays sundays january february march april may june july august september october"
    " november december jan feb mar apr jun jul aug sep sept oct nov dec christmas easter halloween"
    " ramadan eid diwali hanukkah passover lent advent pentecost whitsun michaelmas spring summer autumn"
    " winter term am pm bst gmt new-year bank holiday"
)
_PLACES = _words(
    "england english britain british uk kingdom wales welsh scotland scottish scots ireland irish"
    " northern europe european america american africa african asia asian australia australian india"
    " indian pakistan pakistani bangladesh bangladeshi poland polish romania romanian portugal"
    " portuguese spain spanish france french germany german italy italian greece greek turkey turkish"
    " ukraine ukrainian russia russian syria syrian iran iranian iraq iraqi somalia somali nigeria"
    " nigerian ghana ghanaian jamaica jamaican caribbean china chinese japan japanese arabic urdu"
    " punjabi bengali gujarati hindi tamil polish lithuanian latvian bulgarian hungarian czech slovak"
    " albanian kurdish afghan afghanistan roma gypsy traveller travellers latin black white christian"
    " christians catholic muslim muslims islam islamic jewish jew jews hindu hindus sikh sikhs buddhist"
    " methodist anglican protestant quaker church bible quran god lord jesus christ north south east"
    " west midlands western eastern southern united states"
)
_SCHOOL = _words(
    "ofsted dfe send sen senco sencos sendco sendcos senda ehcp ehcps ehc plan plans ta tas hlta hltas"
    " la las lea leas mat mats trust camhs salt ot ots ep eps elsa elsas emotional literacy nhs gp gps"
    " asd asc adhd semh mld sld pmld spld dcd odd pda ocd eal fsm pp pru prus ap nqt nqts ect ects sats"
    " sat gcse gcses btec btecs a-level a-levels ks1 ks2 ks3 ks4 ks5 key stage reception nursery"
    " foundation year years yr early infant infants junior juniors primary secondary sixth form school"
    " schools academy academies college university uni class classes head heads headteacher headteachers"
    " deputy governor governors principal teacher teachers teaching assistant assistants tutor caretaker"
    " officer officers caseworker caseworkers council county borough city district authority authorities"
    " government parliament minister ministers secretary state department education health care social"
    " services service local children's children families family parents parent pupil pupils child"
    " inclusion support base resourced provision unit hub code practice act tribunal tribunals ombudsman"
    " annual review reviews graduated approach assess do quality first wave maths mathematics english"
    " science history geography art music drama pe re it ict pshe rse computing dt phonics literacy"
    " numeracy french spanish german makaton pecs teacch numicon widgit clicker thrive boxall attention"
    " autism autistic asperger asperger's aspergers down down's downs syndrome tourette's tourettes"
    " dyslexia dyslexic dyspraxia adhd's lego nurture zones regulation sensory circuits speech language"
    " therapy therapist therapists educational psychologist psychologists psychology covid covid-19"
    " coronavirus lockdown pandemic brexit iasend sendiass sendias portage sure start nasen national"
    " association autism-friendly award awards pupil premium progress attainment attendance census"
    " league table tables inspector inspectors inspection report paper bill fft nfer cat cats mti rwi"
    " read write inc tes bbc itv tv radio"
)
_THINGS = _words(
    "facebook whatsapp instagram snapchat tiktok twitter youtube google zoom teams skype microsoft"
    " excel powerpoint outlook gmail word apple ipad ipads iphone iphones mac chromebook chromebooks"
    " android netflix spotify minecraft roblox fortnite xbox playstation nintendo pokemon disney lego"
    " marvel mumsnet wikipedia internet wifi wi-fi dojo classdojo arbor sims cpoms bromcom parentpay"
    " tapestry seesaw tesco asda sainsbury's sainsburys aldi lidl morrisons costa greggs mcdonald's"
    " mcdonalds ikea argos amazon ebay land rover ford mini labour tory tories conservative"
    " conservatives lib dem dems liberal democrats party brexit nhs a&e police army navy ritalin"
    " melatonin calpol mr mrs ms miss mx dr prof professor sir dame lady lord rev reverend mum mummy mam"
    " dad daddy nan nana gran granny grandma grandad grandpa grandfather grandmother auntie aunt uncle"
    " father mother sister brother interviewer interviewee moderator facilitator researcher participant"
    " respondent speaker question answer officer okay higher lower victorian victorians world cup"
    " olympics olympic bishop gcse-level post-it velcro hoover biro sellotape zumba"
)
# Words with a capital that name nobody in particular, wherever they stand.
ORDINARY = FUNCTION_WORDS | _TIME | _PLACES | _SCHOOL | _THINGS

# How a street or a place goes on.
PLACE_WORDS = _words(
    "road street lane avenue close drive rise crescent gardens terrace grove hill green park square way"
    " court walk mews place row estate bridge end village town heath common moor marsh valley vale bay"
    " island isle beach harbour quay wharf bank river brook farm wood woods forest station market cross"
    " bypass parade hospital library centre hall house cottage surgery clinic room"
)
# A person's name hardly ever stands behind one of these.
ARTICLES = _words("the a an this that these those our their its every each some any no")
# What stands before a place, and before or behind a person.
PLACE_BEFORE = _words("in near outside around towards into past across beyond via at from")
PERSON_BEFORE = _words(
    "called named with and told tell tells ask asked asking met rang ring phoned phone emailed email"
    " said says saw seen for by like poor little dear love loves loved mum dad son daughter brother"
    " sister friend when because if then that but so whether than with"
)
PERSON_BEHIND = _words(
    "said says told tells asked asks thinks thought knows knew came comes went goes does did got gets"
    " had has would will was is isn't wasn't hasn't doesn't didn't won't would wouldn't can can't could"
    " couldn't wants wanted needs needed likes liked loves loved hates hated sits sat started starts"
    " used always never just might he she who and takes took does runs ran rang phoned"
)
KIN = _words(
    "mum mam mummy mother dad daddy father parents parent brother sister nan gran grandma grandad family son"
    " daughter wife husband"
)
RELATIVES = KIN | _words("partner teacher class plan room office desk lot place report")
