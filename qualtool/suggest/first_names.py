"""First names that are common in England: evidence that a word with a capital is a person.

In lower case, written from general knowledge; no list of real people. A name that is missing is found
by other rules or not at all, so nothing depends on the list being complete.
"""

from __future__ import annotations


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Also ordinary words: a capital inside a sentence is needed, and a person should look at each place.
ALSO_WORDS = _names(
    "amber april art august autumn basil bea bill bob carol chase christian daisy dawn dean don dot"
    " drew eve faith fern frank gene gill ginger grace grant guy harmony harry hazel heather herb holly"
    " honey hope iris ivy jack jade jasmine josh joy june kit lance lee lily mark mat max may miles mo"
    " nick norm olive pat patience pearl penny pierce poppy ray reed reese rich rob robin rose rowan"
    " ruby rusty sandy skip sky storm sue summer temperance tom van verity victor violet wade ward will"
    " willow winter drew jo bee angel blue brook cliff clay dale earl ford forest gale hunter jean jewel"
    " king lark mason melody misty page paisley parker porter prince princess rock scout sterling"
)

_MEN = _names(
    "aaron abdul abdullah abraham adam adrian ahmed aidan alan albert alec alex alexander alfie alfred"
    " ali alistair allan amir andre andrew andy angus anthony antony archie arjun arnold arthur asif"
    " austin barry bartholomew ben benedict benjamin bernard billy blake bobby brandon brendan brian"
    " bruce bryan callum calum cameron carl carlos caleb cecil charles charlie chris christopher ciaran"
    " clarence clive cody cole colin connor conor corey craig curtis cyril damian damien daniel danny"
    " darren dave david declan dennis derek desmond dexter dominic donald dougie douglas duncan dylan"
    " eddie edgar edmund edward edwin elijah elliot elliott eric ernest ethan euan evan ewan faisal"
    " felix fergus finlay finley finn francis fraser fred freddie frederick gareth garry gary gavin"
    " geoff geoffrey george gerald gerard gethin glen glenn gordon graham greg gregory guto gwilym hamza"
    " harold harrison harvey hassan hector henry herbert horace howard hugh hugo hussain huw ian ibrahim"
    " idris imran isaac ishaan ismail ivan jacob jake jamal james jamie jason javier jay jayden jed jeff"
    " jeffrey jenson jeremy jerome jerry jesse jim jimmy joe joel john johnny jon jonah jonathan jonty"
    " jordan jose joseph joshua juan jude julian kai kamal kareem karl kayden keiran keith kelvin ken"
    " kenneth kenny kev kevin khalid kian kieran kieron kyle laurence lawrence leo leon leonard leroy"
    " leslie lewis liam logan louie louis luca lucas luke malcolm malik marcus mario martin martyn"
    " marvin mateusz matt matteo matthew maurice michael mick miguel mike mitchell mohamed mohammad"
    " mohammed morgan muhammad murray mustafa nathan nathaniel neil nigel noah noel norman oliver ollie"
    " omar oscar oswald otis owen pablo patrick paul pete peter phil philip phillip piers pranav qasim"
    " quentin rafael rahul rajesh ralph raymond reggie reginald reuben rhys ricardo richard ricky riley"
    " robbie robert roberto rodney roger roland roman ronald ronan ronnie rory ross roy rupert russell"
    " ryan saleem samir sam sammy samuel sanjay scott sean sebastian seth shane shaun sid sidney simon"
    " stan stanley stefan stephen steve steven stewart stuart sunil syed taylor ted teddy terence terry"
    " theo theodore thomas tim timothy toby tommy tony trevor tristan tyler tyrone usman vernon vijay"
    " vikram vincent wayne wilfred william winston yusuf zac zach zachary zain zak"
)
_WOMEN = _names(
    "abigail ada adele agnes aisha alana alesha alexandra alexis alice alicia alison alyssa amanda"
    " amelia amina amy ana anastasia andrea angela angharad anita ann anna annabel anne annette annie"
    " antonia anwen anya ariana aoife ashleigh ashley asma audrey ava avril ayesha barbara beatrice"
    " becky belinda bella bernadette beryl beth bethan bethany betty beverley bianca bonnie brenda"
    " bridget bronwen caitlin camilla candice carla carly carmen carole caroline carolyn catherine cath"
    " cathy catrin cecilia celia ceri charlene charlotte chelsea cheryl chloe christina christine ciara"
    " clara clare claire claudia clementine constance courtney cynthia danielle daphne darcey deborah"
    " debbie deborah deirdre delia della denise diana diane dianne dolores donna doreen doris dorothy"
    " edith edna eileen elaine eleanor elena elin eliza elizabeth ella ellen ellie elodie elsie emilia"
    " emily emma erica erin esme esther ethel eva evelyn evie farah farida fatima fatma felicity ffion"
    " fiona fleur florence fran frances francesca freya gabriella gail gemma georgia georgina geraldine"
    " gertrude gillian gina gladys gloria greta gwen gwendoline gwyneth hannah harriet hattie hayley"
    " heidi helen helena hilary hilda imogen ingrid irene isabel isabella isabelle isla isobel jackie"
    " jacqueline jacqui jane janet janice janine jasmin jayne jeanette jemima jenna jennifer jenny jess"
    " jessica jill joan joanna joanne jocelyn jodie josephine josie joyce judith judy julia julie juliet"
    " kaitlyn karen kate katherine kathleen kathryn kathy katie katrina kay kayla kayleigh keira kelly"
    " kelsey kerry khadija kiera kim kimberley kirsten kirstie kirsty kylie laila lara laura lauren"
    " layla leah leanne leila lena lesley libby lilian lillian lily-mae lin linda lindsay lindsey lisa"
    " liz lizzie lola lorna lorraine lottie louisa louise lucia lucinda lucy lydia lynda lyn lynn lynne"
    " lynsey mabel madeleine madison maggie mahnoor maisie mandy margaret margot maria marian marianne"
    " marie marilyn marina marion marjorie martha martina mary maryam matilda maureen mavis maxine meera"
    " megan mel melanie melissa mia michelle mildred millie miranda miriam moira molly mollie mona"
    " monica muriel myra nadia nancy naomi natalie natasha nell nia niamh nicola nicole nikki nina noor"
    " nora noreen norma olga olivia pamela patricia paula pauline petra philippa phoebe phyllis pippa"
    " polly priscilla priti priya rachael rachel razia rebecca rhian rhiannon rhoda rita roberta robyn"
    " roisin rosa rosalind rosamund roseanne rosemary rosie roxanne ruth sabrina sadie saira sally"
    " samantha samira sandra saoirse sara sarah sasha savannah scarlett selina shabana shakira shannon"
    " sharon sheena sheila shelley shirley shona shreya sian sienna sinead siobhan sofia sonia sophia"
    " sophie stacey stella steph stephanie sunita susan susannah susie suzanne sybil sylvia tabitha"
    " tamara tammy tania tanya tara tasha teresa tess tessa thea thelma theresa tia tina tracey tracy"
    " trish trudy una ursula valerie vanessa vera veronica vicky victoria viv vivien wendy winifred"
    " yasmin yvette yvonne zahra zainab zara zoe zuzanna"
)
# Hardly anything but names: enough at the start of a sentence too.
FIRST_NAMES = (_MEN | _WOMEN) - ALSO_WORDS
ANY_FIRST_NAME = FIRST_NAMES | ALSO_WORDS
