// Prunes the short tracklets of a TrackMate file and saves the rest under another name.
//
// From Fiji:  its entry in Plugins > Tracking > BTrackMate > Macros, or File > Open... and Run
// Headless:   fiji --headless --run prune_xml.ijm 'tracks="in.xml",out="out.xml",min_length=10'
// Python:     volltrack_fiji.macros.run_macro("prune_xml", {"tracks": "in.xml", "out": "out.xml", "min_length": 10})
//
// A daughter that ends before min_length (frames, or the movie's time unit) is a false division: its links go, and its
// mother and sister become one tracklet. The spots stay. The file that is read is not touched, and no file is replaced.

#@ File    (label="TrackMate file", persist=false) tracks
#@ File    (label="Save as", style="save", persist=false) out
#@ Double  (label="Minimum tracklet length", value=0, min=0, persist=false) min_length
#@ String  (label="in", choices={"FRAMES", "TIME"}, value="FRAMES", persist=false) unit
#@ Boolean (label="Also tracks without division", value=false, persist=false) whole_tracks
#@ Boolean (label="Also tracklets before the first division", value=false, persist=false) root_tracklets
#@output String written

requireFile("tracks", tracks);
requireNew("out", out);
if (isNaN(min_length) || min_length <= 0) exit("min_length = " + min_length + ": expected the shortest tracklet to keep, > 0");

run("Prune Short Tracklets...", "tracks=[" + tracks + "] mintrackletlength=" + min_length + " unit=" + unit
    + " wholetracks=" + word(whole_tracks) + " roottracklets=" + word(root_tracklets) + " out=[" + out + "]");
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

// A macro's truth is 1 or 0, a command's is a word.
function word(truth) {
    if (truth) return "true";
    return "false";
}

function requireDone() {
    error = call("io.github.volltrack.fiji.command.ReportingCommand.lastError");
    if (error != "") exit(error);
}
