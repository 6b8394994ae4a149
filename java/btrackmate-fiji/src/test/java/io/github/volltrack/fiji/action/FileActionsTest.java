/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fiji.plugin.trackmate.Logger;
import fiji.plugin.trackmate.SelectionModel;
import fiji.plugin.trackmate.TrackMate;
import fiji.plugin.trackmate.action.TrackMateAction;
import fiji.plugin.trackmate.action.TrackMateActionFactory;
import fiji.plugin.trackmate.gui.displaysettings.DisplaySettings;
import ij.IJ;
import ij.Prefs;
import io.github.volltrack.core.table.CellTable;
import io.github.volltrack.core.table.CellsCsvReader;
import io.github.volltrack.fiji.Movies;
import io.github.volltrack.fiji.Sessions;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.script.PythonCommand;
import io.github.volltrack.fiji.session.TrackMateSession;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileActionsTest {

    @TempDir
    private Path folder;

    private TrackMate session;
    private String command;

    @BeforeEach
    void track() {
        command = Prefs.get(PythonCommand.PREFERENCE, "");
        final String movie = folder.resolve("movie.tif").toString();
        IJ.saveAsTiff(Movies.dividingCell(), movie);
        session = Sessions.make(IJ.openImage(movie), LabelDetectorSettings.defaults(),
                new PruningTrackerFactory().getDefaultSettings());
        assertTrue(session.process(), session.getErrorMessage());
    }

    @AfterEach
    void restorePreference() {
        Prefs.set(PythonCommand.PREFERENCE, command);
    }

    @Test
    void cellsAreWrittenBesideTheImage() {
        final String said = execute(new ExportCellsAction.Factory());
        final CellTable cells = CellsCsvReader.read(folder.resolve("movie_cells.csv"));
        assertEquals(session.getModel().getSpots().getNSpots(true), cells.size());
        assertTrue(cells.columnNames().contains("LABEL"));
        assertTrue(said.contains("movie_cells.csv"), said);
    }

    @Test
    void sessionIsSavedBeforeNapariIsCalledAndItsAbsenceIsSaid() {
        Prefs.set(PythonCommand.PREFERENCE, "/nowhere/volltrack");
        final String said = execute(new OpenInNapariAction.Factory());
        assertTrue(said.contains("pip install volltrack"), said);
        final TrackMateSession saved =
                TrackMateSession.open(folder.resolve("movie_for_napari.xml").toFile(), Logger.VOID_LOGGER);
        assertEquals(Sessions.links(session.getModel()), Sessions.links(saved.trackmate().getModel()));
    }

    private String execute(final TrackMateActionFactory factory) {
        final StringBuilder said = new StringBuilder();
        final TrackMateAction action = factory.create();
        action.setLogger(new Logger.StringBuilderLogger(said));
        action.execute(session, new SelectionModel(session.getModel()), DisplaySettings.defaultStyle(), null);
        return said.toString();
    }
}
