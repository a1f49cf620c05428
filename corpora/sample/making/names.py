"""Word lists for names of places and schools. Nothing here is a real place."""

LAS = {
    "991": ("Harrowmere", "Marches"),
    "992": ("Penwold", "Marches"),
    "993": ("Eastmarch", "Estuary"),
    "994": ("Tarnsea", "Estuary"),
    "995": ("Fallowshire", "High Fells"),
}
REGION_CODES = {"Marches": "P", "Estuary": "Q", "High Fells": "R"}

TOWNS = {
    "991": ("Harrowmere", "Thorley Cross", "Candlewick Green", "Oakenhay", "Nether Harrow"),
    "992": ("Penwold", "Tansy Fold", "Upper Penwold", "Millrace End"),
    "993": ("Staithe End", "Cold Ashby Green", "Quayhaven", "Whitlow Hill", "Eelpie Sluice", "Gannet Point"),
    "994": ("Tarnsea", "Tarnsea Bar", "Osier Ferry"),
    "995": ("Fallow Cross", "High Fallow", "Scarthwaite Edge"),
}

FIRST = (
    "Amberlow", "Bellweather", "Candlemoor", "Dapplewood", "Eldersedge", "Fernhollow", "Gorsemere",
    "Heronsford", "Ivelaw", "Juniper Bank", "Kilnacre", "Larkmead", "Mossgate", "Nettlebeck",
    "Orchardine", "Plumbgate", "Quarrelow", "Rushymoor", "Sallowbeck", "Teaselby", "Umberfold",
    "Violet Row", "Withymere", "Yarrowgate", "Zelverton", "Appledrift", "Brackenstile", "Curlewdene",
    "Drovers", "Eyebright", "Flaxholme", "Goldcrest", "Hawkstile", "Inkpenny", "Jackdaw",
    "Kestrelgate", "Lapwing", "Marramside", "Nightjar", "Oxlip", "Pepperstile", "Quillmarsh",
    "Redshank", "Sandmartin", "Thistlegarth", "Underwillow", "Vetchley", "Wheatear", "Yaffle",
    "Alderlight", "Bitternsea", "Cloudberry", "Damsonby", "Everlode", "Foxwhelp", "Greybarrow",
    "Hollinshade", "Islewater", "Jessamy", "Kittiwake", "Lanternmoor", "Mereswick", "Nutgrove",
    "Osprey", "Partridgelow",
)
SECOND = (
    "Lane", "Road", "Bank", "Street", "Green", "Park", "Hill", "Rise", "Wharf", "Fields", "Meadow",
    "Cross", "Gate", "Common", "Vale",
)
SAINTS = (
    "St Zoë's", "St Wendreth's", "St Osanne's", "St Pellan's", "St Brannic's", "St Ivelda's",
    "St Corwen's", "St Merrin's", "St Huna's", "St Tibb's", "All Hallows", "Holy Cross",
)
TRUSTS = (
    "Long Shore Schools Trust", "Carrow and District Learning Trust", "Fenwater Partnership",
    "Marlstone Academies", "Hallowbourne Trust", "Three Rivers Education Trust", "Lantern Academies",
    "Whitethorn Schools Trust", "The Osier Trust", "Commonwealth of Schools Trust",
)
