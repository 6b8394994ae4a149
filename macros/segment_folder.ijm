// Segments every TIFF of a folder with VollSeg, in Python, and saves NAME_labels.tif for each NAME.tif.
//
// From Fiji:  its entry in Plugins > Tracking > BTrackMate > Macros, or File > Open... and Run
// Headless:   fiji --headless --run segment_folder.ijm 'movies="raw",labels="labels",channel=1'
// Python:     volltrack_fiji.macros.run_macro("segment_folder", {"movies": "raw", "labels": "labels"})
//
// A movie whose labels are there already is left out, so a job that was stopped goes on where it was. A movie that fails
// does not stop the others; the macro says at its end which ones failed and why.

#@ File    (label="Folder of raw movies (TIFF)", style="directory", persist=false) movies
#@ File    (label="Folder for the labels", style="directory", persist=false) labels
#@ Integer (label="Channel", value=1, min=1, persist=false) channel
#@ Double  (label="Typical cell diameter (0: estimate)", value=0, min=0, persist=false) diameter
#@ String  (label="volltrack command (empty: as installed)", value="", required=false, persist=false) command
#@output String written

if (isGiven(movies) == false) exit("movies is missing: name the folder of raw movies");
if (isGiven(labels) == false) exit("labels is missing: name the folder for the labels");
if (!File.isDirectory(movies)) exit("movies = " + movies + ": there is no such folder");
if (!File.exists(labels)) File.makeDirectory(labels);
if (!File.isDirectory(labels)) exit("labels = " + labels + ": is no folder, and cannot be made");
requirePlain("movies", movies);
requirePlain("labels", labels);
if (isGiven(command)) requirePlain("command", command);

names = getFileList(movies);
Array.sort(names);
nMovies = 0;
nMade = 0;
nFailed = 0;
failures = "";
for (i = 0; i < names.length; i++) {
    name = names[i];
    lower = toLowerCase(name);
    if (!(endsWith(lower, ".tif") || endsWith(lower, ".tiff")) || endsWith(lower, "_labels.tif")) continue;
    nMovies++;
    out = labels + File.separator + substring(name, 0, lastIndexOf(name, ".")) + "_labels.tif";
    if (File.exists(out)) {
        print(name + ": " + out + " is there already");
        continue;
    }
    error = segment(movies + File.separator + name, out);
    if (error == "") {
        nMade++;
        print(name + ": wrote " + out);
    } else {
        nFailed++;
        failures = failures + "\n" + name + ": " + error;
    }
}
if (nMovies == 0) exit("movies = " + movies + ": no .tif or .tiff in this folder");
if (nFailed > 0) exit(nFailed + " of " + nMovies + " movies failed:" + failures);
written = "" + nMade + " of " + nMovies + " label movies in " + labels;

// Returns what went wrong, or nothing.
function segment(movie, out) {
    if (indexOf(movie, "]") >= 0 || indexOf(movie, "\n") >= 0)
        return "ImageJ's macros cannot name a path with ] or a line break; rename it";
    options = "movie=[" + movie + "] out=[" + out + "] channel=" + channel + " celldiameter=" + diameter;
    options = options + " openlabels=false";
    if (isGiven(command)) options = options + " command=[" + command + "]";
    run("Segment with VollSeg...", options);
    return call("io.github.volltrack.fiji.command.ReportingCommand.lastError");
}

// ---- the same in every macro of this folder ----

// A parameter that was not given is the number 0.
function isGiven(path) {
    text = "" + path;
    if (text == "0" || text == "") return false;
    return true;
}

// ImageJ ends a bracketed value at the first ]; what comes after would be further options.
function requirePlain(name, path) {
    if (indexOf(path, "]") >= 0 || indexOf(path, "\n") >= 0)
        exit(name + " = " + path + ": ImageJ's macros cannot name a path with ] or a line break; rename it");
}
