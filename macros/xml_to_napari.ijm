// Opens a TrackMate file in napari, beside Fiji.
//
// From Fiji:  its entry in Plugins > Tracking > BTrackMate > Macros, or File > Open... and Run
// Headless:   fiji --headless --run xml_to_napari.ijm 'tracks="tracks.xml"'
// Python:     volltrack_fiji.macros.run_macro("xml_to_napari", {"tracks": "tracks.xml"})
//
// napari needs a screen; it goes on when Fiji ends.

#@ File   (label="TrackMate file", persist=false) tracks
#@ String (label="volltrack command (empty: as installed)", value="", required=false, persist=false) command
#@output String written

requireFile("tracks", tracks);
options = "tracks=[" + tracks + "]";
if (isGiven(command)) requirePlain("command", command);
if (isGiven(command)) options = options + " command=[" + command + "]";
run("Open in napari...", options);
requireDone();
written = "napari shows " + tracks;

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

// ImageJ ends a bracketed value at the first ]; what comes after would be further options.
function requirePlain(name, path) {
    if (indexOf(path, "]") >= 0 || indexOf(path, "\n") >= 0)
        exit(name + " = " + path + ": ImageJ's macros cannot name a path with ] or a line break; rename it");
}

function requireDone() {
    error = call("io.github.volltrack.fiji.command.ReportingCommand.lastError");
    if (error != "") exit(error);
}
