/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fiji.plugin.trackmate.Logger;
import fiji.plugin.trackmate.Model;
import ij.IJ;
import ij.ImagePlus;
import io.github.volltrack.core.table.CellTable;
import io.github.volltrack.core.table.CellsCsvReader;
import io.github.volltrack.core.table.CellsCsvWriter;
import io.github.volltrack.fiji.Movies;
import io.github.volltrack.fiji.Sessions;
import io.github.volltrack.fiji.session.CellsOfModel;
import io.github.volltrack.fiji.session.OpenSessions;
import io.github.volltrack.fiji.session.TrackMateSession;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
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
import org.scijava.service.Service;

/** The menu commands through SciJava's own service, without a screen. */
class CommandsTest {

    private static Context context;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startSciJava() {
        context = new Context(CommandService.class);
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
            final CommandModule empty = run(PruneCommand.class, "tracks", new File(""), "out", new File(""));
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
