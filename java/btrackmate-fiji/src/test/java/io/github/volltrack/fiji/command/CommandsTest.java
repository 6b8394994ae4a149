/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fiji.plugin.trackmate.Logger;
import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.Settings;
import fiji.plugin.trackmate.Spot;
import fiji.plugin.trackmate.io.TmXmlReader;
import ij.IJ;
import ij.ImagePlus;
import ij.plugin.Duplicator;
import io.github.volltrack.core.table.CellTable;
import io.github.volltrack.core.table.CellsCsvReader;
import io.github.volltrack.core.table.CellsCsvWriter;
import io.github.volltrack.fiji.Movies;
import io.github.volltrack.fiji.Sessions;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.session.CellsOfModel;
import io.github.volltrack.fiji.session.OpenSessions;
import io.github.volltrack.fiji.session.TrackMateSession;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.service.Service;

/** The menu commands through SciJava's own service, without a screen. */
class CommandsTest {

    private static Context context;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startSciJava() {
        context = new Context(CommandService.class, ModuleService.class);
    }

    @AfterAll
    static void stopSciJava() {
        context.dispose();
    }

    @Test
    void everyCommandIsInTheMenu() {
        final List<CommandInfo> commands = context.service(CommandService.class).getCommands();
        assertEquals(
                6,
                commands.stream()
                        .filter(info -> info.getMenuPath().getMenuString(false).startsWith("Plugins > Tracking > BTrackMate"))
                        .filter(info -> info.canRunHeadless())
                        .count());
    }

    @Test
    void trackWritesAFileThatTrackMateOpens() throws Exception {
        final File out = file("tracks.xml");
        final CommandModule done = run(TrackCommand.class, "image", savedMovie(), "tissueChannel", 3,
                "linkingDistance", 3.0, "gapDistance", 3.0, "divisionDistance", 5.0, "minTrackletLength", 4.0,
                "minVolume", 1.0, "out", out);
        assertFalse(done.isCanceled(), done.getCancelReason());
        final Model model = TrackMateSession.open(out, Logger.VOID_LOGGER).trackmate().getModel();
        assertEquals(11, Sessions.links(model).size());
        assertEquals("µm", model.getSpaceUnits());
        assertEquals("min", model.getTimeUnits());
    }

    @Test
    void pruneOnAFileLeavesTheFileAndWritesAnother() throws Exception {
        final File tracks = file("tracks.xml");
        final File out = file("pruned.xml");
        run(TrackCommand.class, "image", savedMovie(), "linkingDistance", 3.0, "gapDistance", 3.0, "divisionDistance",
                5.0, "minTrackletLength", 0.0, "out", tracks);
        final byte[] before = Files.readAllBytes(tracks.toPath());
        final CommandModule done = run(PruneCommand.class, "tracks", tracks, "minTrackletLength", 9.0, "unit", "TIME",
                "out", out);
        assertFalse(done.isCanceled(), done.getCancelReason());
        assertEquals(1, done.getOutput("removedTracklets"));
        final Model pruned = TrackMateSession.open(out, Logger.VOID_LOGGER).trackmate().getModel();
        assertFalse(Sessions.links(pruned).contains("3 1 > 4 3"));
        assertEquals(new String(before, StandardCharsets.UTF_8),
                new String(Files.readAllBytes(tracks.toPath()), StandardCharsets.UTF_8));
        final CommandModule same = run(PruneCommand.class, "tracks", tracks, "out", tracks);
        assertTrue(same.getCancelReason().contains("choose another name"), same.getCancelReason());
    }

    @Test
    void pruningWithoutAFileTakesTheOpenSession() throws Exception {
        final CommandModule none = run(PruneCommand.class);
        assertTrue(none.getCancelReason().contains("no TrackMate window"), none.getCancelReason());
        final File tracks = file("open.xml");
        run(TrackCommand.class, "image", savedMovie(), "linkingDistance", 3.0, "gapDistance", 3.0, "divisionDistance",
                5.0, "minTrackletLength", 0.0, "out", tracks);
        final TrackMateSession session = TrackMateSession.open(tracks, Logger.VOID_LOGGER);
        OpenSessions.add(session);
        try {
            final int links = session.trackmate().getModel().getTrackModel().edgeSet().size();
            final File out = file("open_pruned.xml");
            final CommandModule done = run(PruneCommand.class, "minTrackletLength", 9.0, "unit", "TIME", "out", out);
            assertFalse(done.isCanceled(), done.getCancelReason());
            assertEquals(1, done.getOutput("removedTracklets"));
            assertTrue(session.trackmate().getModel().getTrackModel().edgeSet().size() < links);
            final CommandModule empty = run(
                    PruneCommand.class, "tracks", new File(""), "minTrackletLength", 1.0, "out", new File(""));
            assertFalse(empty.isCanceled(), empty.getCancelReason());
            assertEquals(
                    Sessions.links(session.trackmate().getModel()),
                    Sessions.links(TrackMateSession.open(out, Logger.VOID_LOGGER).trackmate().getModel()));
        } finally {
            OpenSessions.remove(session);
        }
    }

    @Test
    void cellsGoOutAndComeBackAsCsv() throws Exception {
        final File labels = file("labels.xml");
        run(ImportLabelsCommand.class, "image", savedMovie(), "tissueChannel", 3, "out", labels);
        final TrackMateSession session = TrackMateSession.open(labels, Logger.VOID_LOGGER);
        final Path csv = folder.resolve("cells.csv");
        final CellTable cells = CellsOfModel.list(
                session.trackmate().getModel(), session.trackmate().getSettings());
        CellsCsvWriter.write(cells, csv);
        assertTrue(CellsCsvReader.read(csv).comments().get(0).startsWith("units: space=µm; time=min; voxel_size_zyx=2.0"));
        final File again = file("again.xml");
        final CommandModule done = run(ImportCellsCommand.class, "image", savedMovie(), "cells", csv.toFile(), "out", again);
        assertFalse(done.isCanceled(), done.getCancelReason());
        assertEquals(
                Sessions.labels(session.trackmate().getModel()),
                Sessions.labels(TrackMateSession.open(again, Logger.VOID_LOGGER).trackmate().getModel()));
    }

    @Test
    void importedCellsKeepWhatTheCsvSays() throws Exception {
        final Spot kept = importOne(savedMovie(), "measureAnew", false);
        assertEquals(777, kept.getFeature("MEAN_INTENSITY_CH2"));
        assertEquals(12.5, kept.getFeature("AREA"));
        assertEquals(3, kept.getFeature("STAGE"));
        assertTrue(kept.getFeature("MEDIAN_INTENSITY_CH2") < 200, "what the CSV does not say is measured");
        final String log = new TmXmlReader(file("imported.xml")).getLog();
        assertTrue(log.contains("cells.csv says of MEAN_INTENSITY_CH2"), log);
    }

    @Test
    void importedCellsAreMeasuredAnewOnRequest() throws Exception {
        final Spot measured = importOne(savedMovie(), "measureAnew", true);
        assertTrue(measured.getFeature("MEAN_INTENSITY_CH2") < 200, measured.echo());
        assertEquals("", new TmXmlReader(file("imported.xml")).getLog().trim());
    }

    @Test
    void importedCellsOfAFlatMovieKeepTheirShape() throws Exception {
        final File flat = file("flat.tif");
        IJ.saveAsTiff(Movies.make("flat", new int[] {60, 40, 1, 2, 2}, (x, y, z, channel, frame) -> 100), flat.getPath());
        final Spot kept = importOne(IJ.openImage(flat.getPath()), "measureAnew", false);
        assertEquals(777, kept.getFeature("MEAN_INTENSITY_CH2"));
        assertEquals(12.5, kept.getFeature("AREA"));
        final Spot measured = importOne(IJ.openImage(flat.getPath()), "measureAnew", true);
        assertEquals(Math.PI * 1.5 * 1.5, measured.getFeature("AREA"), 0.5);
        assertEquals(100, measured.getFeature("MEAN_INTENSITY_CH2"), 1e-9);
    }

    @Test
    void cellThatIsMovedByHandIsMeasured() throws Exception {
        final File cells = writeCells();
        final Map<String, Object> detector = LabelDetectorSettings.defaults();
        detector.put(LabelDetectorSettings.KEY_CELLS_FILE, cells.getPath());
        final TrackMateSession session = TrackMateSession.make(
                savedMovie(), detector, new PruningTrackerFactory().getDefaultSettings(), Logger.VOID_LOGGER);
        session.detect();
        final Spot spot = session.trackmate().getModel().getSpots().iterator(0, true).next();
        assertEquals(777, spot.getFeature("MEAN_INTENSITY_CH2"));
        assertTrue(session.trackmate().computeSpotFeatures(false));
        assertEquals(777, spot.getFeature("MEAN_INTENSITY_CH2"), "it is where the CSV puts it");
        spot.putFeature(Spot.POSITION_X, spot.getFeature(Spot.POSITION_X) + 3);
        assertTrue(session.trackmate().computeSpotFeatures(false));
        assertTrue(spot.getFeature("MEAN_INTENSITY_CH2") < 200, spot.echo());
    }

    @Test
    void channelsAreThoseOfTheImageThatTheFileNames() throws Exception {
        final ImagePlus labels = IJ.openImage(savedFile().getPath());
        final File labelFile = file("labels_alone.tif");
        IJ.saveAsTiff(new Duplicator().run(labels, 1, 1, 1, 4, 1, 12), labelFile.getPath());
        final File rawFile = file("raw.tif");
        IJ.saveAsTiff(new Duplicator().run(labels, 2, 2, 1, 4, 1, 12), rawFile.getPath());

        final Spot ofRaw = importLabels(IJ.openImage(rawFile.getPath()), "labelFile", labelFile);
        assertEquals("raw.tif", imageName());
        assertTrue(ofRaw.getFeature("MEAN_INTENSITY_CH1") >= 10, "channel 1 is the raw movie: " + ofRaw.echo());
        assertNull(ofRaw.getFeature("MEAN_INTENSITY_CH2"));

        final Spot ofAll = importLabels(IJ.openImage(savedFile().getPath()), "labelChannel", 1);
        assertEquals("movie.tif", imageName());
        assertTrue(ofAll.getFeature("MEAN_INTENSITY_CH1") <= 9, "channel 1 is that of the labels: " + ofAll.echo());
        assertTrue(ofAll.getFeature("MEAN_INTENSITY_CH2") >= 10, ofAll.echo());
    }

    @Test
    void movieThatIsNamedByItsPathIsFoundAgain() throws Exception {
        final ImagePlus movie = Movies.dividingCell(); // as a program makes it: no file is known
        movie.setTitle(savedFile().getPath());
        run(ImportLabelsCommand.class, "image", movie, "out", file("imported.xml"));
        assertEquals("movie.tif", movie.getTitle());
        assertEquals("movie.tif", imageName());
        final TrackMateSession opened = TrackMateSession.open(file("imported.xml"), Logger.VOID_LOGGER);
        assertEquals(12, opened.trackmate().getSettings().imp.getNFrames());
        assertEquals("", new TmXmlReader(file("imported.xml")).getLog().trim());
    }

    @Test
    void pruningKeepsTheNameOfAMovieThatIsNotThere() throws Exception {
        run(TrackCommand.class, "image", savedMovie(), "linkingDistance", 3.0, "out", file("tracks.xml"));
        Files.delete(savedFile().toPath());
        final CommandModule none = run(PruneCommand.class, "tracks", file("tracks.xml"), "out", file("imported.xml"));
        assertTrue(none.getCancelReason().contains("length 0 removes nothing: give the shortest"), none.getCancelReason());
        final CommandModule done = run(
                PruneCommand.class, "tracks", file("tracks.xml"), "minTrackletLength", 10.0, "out", file("imported.xml"));
        assertFalse(done.isCanceled(), done.getCancelReason());
        assertEquals("movie.tif", imageName());
        final Settings read = new TmXmlReader(file("imported.xml")).readSettings(null);
        assertEquals(new File(read.imageFolder), folder.toFile());
        assertEquals(12, read.nframes);
        assertEquals(0.5, read.dx);
    }

    @Test
    void movieThatIsNoFileIsSaidInTheLog() throws Exception {
        run(ImportLabelsCommand.class, "image", Movies.dividingCell(), "out", file("imported.xml"));
        final String log = new TmXmlReader(file("imported.xml")).getLog();
        assertTrue(log.contains("The image 'dividing' is no file") && log.contains("save the image as TIFF"), log);
    }

    @Test
    void logIsWrittenAsItIs() throws Exception {
        final File file = file("imported.xml");
        run(ImportLabelsCommand.class, "image", savedMovie(), "out", file);
        TrackMateSession.open(file, Logger.VOID_LOGGER).save(file, "ABCDEF \u00b5 \ud83d\ude00 <&> a\u0001b\ud800c");
        assertEquals("ABCDEF \u00b5 \ud83d\ude00 <&> a\ufffdb\ufffdc", new TmXmlReader(file).getLog());
    }

    @Test
    void dialogsAskForTheCellsBeforeTheTissue() {
        for (final Class<? extends Command> command : Arrays.asList(
                TrackCommand.class, ImportLabelsCommand.class, ImportCellsCommand.class)) {
            final List<String> names = StreamSupport.stream(
                            context.service(CommandService.class).getCommand(command).inputs().spliterator(), false)
                    .map(input -> input.getName())
                    .filter(name -> !name.equals("context"))
                    .collect(Collectors.toList());
            assertEquals("image", names.get(0));
            assertEquals("out", names.get(names.size() - 1));
            final int cells = Math.max(names.indexOf("labelFile"), names.indexOf("cells"));
            assertTrue(cells > 0 && cells < names.indexOf("tissueChannel"), names.toString());
        }
    }

    private String imageName() throws Exception {
        return new TmXmlReader(file("imported.xml")).readSettings(null).imageFileName;
    }

    private Spot importLabels(final ImagePlus movie, final String key, final Object value) throws Exception {
        final CommandModule done =
                run(ImportLabelsCommand.class, "image", movie, key, value, "out", file("imported.xml"));
        assertFalse(done.isCanceled(), done.getCancelReason());
        return firstSpot();
    }

    private Spot importOne(final ImagePlus movie, final String key, final Object value) throws Exception {
        final CommandModule done = run(ImportCellsCommand.class, "image", movie, "cells", writeCells(), key, value, "out",
                file("imported.xml"));
        assertFalse(done.isCanceled(), done.getCancelReason());
        return firstSpot();
    }

    private Spot firstSpot() {
        return TrackMateSession.open(file("imported.xml"), Logger.VOID_LOGGER)
                .trackmate().getModel().getSpots().iterator(0, true).next();
    }

    private File writeCells() throws Exception {
        final File cells = file("cells.csv");
        Files.write(cells.toPath(), ("FRAME,POSITION_X,POSITION_Y,POSITION_Z,RADIUS,LABEL,MEAN_INTENSITY_CH2,AREA,STAGE\n"
                + "0,5,10,0,1.5,4,777,12.5,3\n").getBytes(StandardCharsets.UTF_8));
        return cells;
    }

    @Test
    void whatIsWrongIsTheReasonOfCancelling() throws Exception {
        final CommandModule tissue =
                run(TrackCommand.class, "image", savedMovie(), "tissueFile", new File("/nowhere.tif"), "out", file("x.xml"));
        assertTrue(tissue.isCanceled());
        assertTrue(tissue.getCancelReason().contains("there is no such file"), tissue.getCancelReason());
        assertEquals(tissue.getCancelReason(), ReportingCommand.lastError());
        final CommandModule channel = run(ImportLabelsCommand.class, "image", savedMovie(), "labelChannel", 7);
        assertTrue(channel.getCancelReason().contains("choose 1 to 4"), channel.getCancelReason());
        final CommandModule python = run(SegmentCommand.class, "movie", savedFile(), "out", file("labels.tif"), "command",
                "/nowhere/volltrack");
        assertTrue(python.getCancelReason().contains("pip install volltrack"), python.getCancelReason());
        final CommandModule napari =
                run(OpenInNapariCommand.class, "tracks", file("none.xml"), "command", "volltrack");
        assertTrue(napari.getCancelReason().contains("save the session first"), napari.getCancelReason());
        assertFalse(file("x.xml").exists());
    }

    @Test
    void anotherTrackMateIsSaidInsteadOfThrown() {
        final ReportingCommand command = new ReportingCommand() {
            @Override
            protected void work() {
                throw new NoSuchMethodError("fiji.plugin.trackmate.Settings.addAllAnalyzers()");
            }
        };
        command.run();
        assertTrue(command.getCancelReason().contains("7.14 or 8.1"), command.getCancelReason());
        assertTrue(command.getCancelReason().contains("volltrack fiji doctor"), command.getCancelReason());
    }

    @Test
    void whateverFailsIsTheLastError() {
        final ReportingCommand command = new ReportingCommand() {
            @Override
            protected void work() {
                throw new IllegalStateException("no such page");
            }
        };
        command.run();
        assertTrue(ReportingCommand.lastError().contains("no such page"), ReportingCommand.lastError());
        assertTrue(command.isCanceled());
    }

    @Test
    void longMessageIsBrokenIntoLines() {
        assertEquals("short: one line", ReportingCommand.wrap("short: one line"));
        final String path = "/a folder/" + String.join("", Collections.nCopies(150, "x"));
        final String message = String.join(" ", Collections.nCopies(60, "word")) + "\n" + path + " ends";
        for (final String line : ReportingCommand.wrap(message).split("\n")) {
            assertTrue(line.length() <= 100 || !line.trim().contains(" "), line);
        }
        assertEquals(message.replaceAll("\\s+", ""), ReportingCommand.wrap(message).replaceAll("\\s+", ""));
    }

    @Test
    void whatAMacroLeavesOutHasItsDefault() throws Exception {
        final Module module = context.service(ModuleService.class)
                .createModule(context.service(CommandService.class).getCommand(PruneCommand.class));
        module.setInput("minTrackletLength", 3.0);
        module.resolveInput("minTrackletLength");
        MacroLine.resolveDefaults(module);
        for (final ModuleItem<?> input : module.getInfo().inputs()) {
            assertTrue(module.isInputResolved(input.getName()), input.getName());
        }
        assertEquals(3.0, module.getInput("minTrackletLength"));

        final Module segment = context.service(ModuleService.class)
                .createModule(context.service(CommandService.class).getCommand(SegmentCommand.class));
        MacroLine.resolveDefaults(segment);
        assertFalse(segment.isInputResolved("movie"), "without a movie there is nothing to do: it is asked for");
        assertTrue(segment.isInputResolved("overwrite"));
    }

    @Test
    void withoutAMovieNothingIsAsked() throws Exception {
        final OpenMovie check = new OpenMovie();
        final Module track = context.service(ModuleService.class)
                .createModule(context.service(CommandService.class).getCommand(TrackCommand.class));
        track.setInput("image", Movies.dividingCell());
        check.process(track);
        assertFalse(check.isCanceled());
        track.setInput("image", null);
        check.process(track);
        assertTrue(check.getCancelReason().contains("no image is open"), check.getCancelReason());
        assertEquals(check.getCancelReason(), ReportingCommand.lastError());
    }

    @Test
    void corruptLineOfATableIsNamedAndNothingIsWritten() throws Exception {
        final File cells = file("cells.csv");
        Files.write(cells.toPath(), "FRAME,POSITION_X,POSITION_Y,POSITION_Z\n0,1,2,3\n1,4,five,6\n"
                .getBytes(StandardCharsets.UTF_8));
        final CommandModule done =
                run(ImportCellsCommand.class, "image", savedMovie(), "cells", cells, "out", file("x.xml"));
        assertTrue(done.getCancelReason().contains("cells.csv"), done.getCancelReason());
        assertTrue(done.getCancelReason().contains("line 3"), done.getCancelReason());
        assertTrue(done.getCancelReason().contains("five"), done.getCancelReason());
        assertFalse(file("x.xml").exists());
    }

    @Test
    void tissueOfAnotherSizeIsSaidWithBothSizes() throws Exception {
        final File tissue = file("tissue.tif");
        IJ.saveAsTiff(IJ.createHyperStack("tissue", 7, 5, 1, 2, 1, 8), tissue.getPath());
        final CommandModule done =
                run(TrackCommand.class, "image", savedMovie(), "tissueFile", tissue, "out", file("x.xml"));
        assertTrue(done.getCancelReason().contains("tissue"), done.getCancelReason());
        assertTrue(done.getCancelReason().contains("(2, 5, 7)"), done.getCancelReason());
        assertFalse(file("x.xml").exists());
    }

    @Test
    void macroLearnsThatTheLastCommandWentWell() throws Exception {
        run(ImportLabelsCommand.class, "image", savedMovie(), "labelChannel", 7);
        assertTrue(ReportingCommand.lastError().contains("choose 1 to 4"), ReportingCommand.lastError());
        run(ImportLabelsCommand.class, "image", savedMovie(), "out", file("cells.xml"));
        assertEquals("", ReportingCommand.lastError());
    }

    @Test
    void parametersAreNotRememberedButForThePython() {
        final List<String> remembered = context.service(CommandService.class).getCommandsOfType(Command.class).stream()
                .filter(info -> info.getDelegateClassName().startsWith("io.github.volltrack"))
                .flatMap(info -> StreamSupport.stream(info.inputs().spliterator(), false))
                .filter(input -> input.isPersisted() && !Service.class.isAssignableFrom(input.getType()))
                .filter(input -> input.getType() != Context.class)
                .map(input -> input.getName())
                .distinct()
                .collect(Collectors.toList());
        assertEquals(Collections.singletonList("command"), remembered);
    }

    @Test
    void damagedFileIsSaid() throws Exception {
        final File damaged = file("damaged.xml");
        Files.write(damaged.toPath(), "<TrackMate version='7.14.0'><Model>".getBytes(StandardCharsets.UTF_8));
        final CommandModule done = run(PruneCommand.class, "tracks", damaged, "out", file("out.xml"));
        assertTrue(done.getCancelReason().contains("damaged.xml"), done.getCancelReason());
    }

    private static CommandModule run(final Class<? extends Command> command, final Object... inputs) throws Exception {
        final CommandModule done = context.service(CommandService.class).run(command, false, inputs).get();
        assertNotNull(done);
        return done;
    }

    private File file(final String name) {
        return folder.resolve(name).toFile();
    }

    private File savedFile() {
        final File file = file("movie.tif");
        if (!file.exists()) {
            IJ.saveAsTiff(Movies.dividingCell(), file.getPath());
        }
        return file;
    }

    private ImagePlus savedMovie() {
        return IJ.openImage(savedFile().getPath());
    }
}
