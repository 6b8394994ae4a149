// Tracks the cells of a label movie, those inside the tissue only, and saves a TrackMate file.
//
// From Fiji:  its entry in Plugins > Tracking > BTrackMate > Macros, or File > Open... and Run
// Headless:   fiji --headless --run labels_to_xml.ijm 'labels="labels.tif",tissue="tissue.tif",out="tracks.xml"'
// Python:     volltrack_fiji.macros.run_macro("labels_to_xml", {"labels": "labels.tif", "out": "tracks.xml"})
//
// Distances are in the movie's length unit. With raw, a movie of the same size, TrackMate measures intensities on it and
// shows it under the tracks; otherwise it does so with the labels. No file is replaced.

#@ File    (label="Label movie", persist=false) labels
#@ File    (label="Tissue (labels or mask; empty: keep all cells)", required=false, persist=false) tissue
#@ File    (label="Raw movie (empty: none)", required=false, persist=false) raw
#@ File    (label="Save as", style="save", persist=false) out
#@ Double  (label="Least fraction of a cell inside the tissue", value=0.5, min=0, max=1, persist=false) min_inside
#@ Boolean (label="Link the cells (off: cells only)", value=true, persist=false) link
#@ Double  (label="Largest step between frames", value=15, min=0, persist=false) max_step
#@ Double  (label="Largest step over a gap", value=15, min=0, persist=false) max_gap_step
#@ Integer (label="Largest gap (frames)", value=2, min=0, persist=false) max_gap
#@ Double  (label="Largest step of a daughter (0: no divisions)", value=15, min=0, persist=false) max_division_step
#@ Double  (label="Minimum tracklet length (frames; 0: off)", value=0, min=0, persist=false) min_length
#@output String written

requireFile("labels", labels);
requireNew("out", out);
options = "labelfile=[" + labels + "] mininsidefraction=" + min_inside + " out=[" + out + "]";
if (isGiven(tissue)) {
    requireFile("tissue", tissue);
    options = options + " tissuefile=[" + tissue + "]";
}
shown = labels;
if (isGiven(raw)) {
    requireFile("raw", raw);
    shown = raw;
}

nBefore = nImages;
open(shown);
if (nImages == nBefore) exit(shown + ": ImageJ cannot open it; expected a TIFF");
movie = getImageID();
if (link) {
    run("Track...", options + " linkingdistance=" + max_step + " gapdistance=" + max_gap_step
        + " maxframegap=" + max_gap + " divisiondistance=" + max_division_step + " mintrackletlength=" + min_length);
} else {
    run("Import Labels and Tissue...", options);
}
if (is("Batch Mode") && isOpen(movie)) {
    selectImage(movie);
    close();
}
requireDone();
written = out;

// ---- the same in every macro of this folder ----

// A parameter that was not given is the number 0.
function isGiven(path) {
    text = "" + path;
    if (text == "0" || text == "") return false;
    return true;
}

function requireFile(name, path) {
    if (isGiven(path) == false) exit(name + " is missing: name the file to read");
    if (!File.exists(path)) exit(name + " = " + path + ": there is no such file");
    requirePlain(name, path);
}

function requireNew(name, path) {
    if (isGiven(path) == false) exit(name + " is missing: name the file to write");
    if (File.exists(path)) exit(name + " = " + path + ": exists already and is not replaced; choose another name");
    requirePlain(name, path);
}

// ImageJ ends a bracketed value at the first ]; what comes after would be further options.
function requirePlain(name, path) {
    if (indexOf(path, "]") >= 0 || indexOf(path, "\n") >= 0)
        exit(name + " = " + path + ": ImageJ's macros cannot name a path with ] or a line break; rename it");
}

function requireDone() {
    error = call("io.github.volltrack.fiji.command.ReportingCommand.lastError");
    if (error != "") exit(error);
}
