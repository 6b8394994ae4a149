/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.session;

import fiji.plugin.trackmate.Logger;
import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.SelectionModel;
import fiji.plugin.trackmate.Settings;
import fiji.plugin.trackmate.TrackMate;
import fiji.plugin.trackmate.gui.GuiUtils;
import fiji.plugin.trackmate.gui.displaysettings.DisplaySettings;
import fiji.plugin.trackmate.gui.displaysettings.DisplaySettingsIO;
import fiji.plugin.trackmate.gui.wizard.TrackMateWizardSequence;
import fiji.plugin.trackmate.io.TmXmlReader;
import fiji.plugin.trackmate.visualization.ViewUtils;
import fiji.plugin.trackmate.visualization.hyperstack.HyperStackDisplayer;
import ij.ImagePlus;
import io.github.volltrack.core.error.BadFileException;
import io.github.volltrack.core.error.VollTrackException;
import io.github.volltrack.fiji.detect.LabelDetectorFactory;
import io.github.volltrack.fiji.feature.KeptValues;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import javax.swing.JFrame;

/** TrackMate on one image with BTrackMate's detector and tracker, or as a file says. */
public final class TrackMateSession {

    /** TrackMate's name of the wizard's page after tracking. */
    private static final String VIEW_PAGE = "ConfigureViews";

    private final TrackMate trackmate;
    private final DisplaySettings display;
    private final String log;
    private final boolean isNew;

    private TrackMateSession(
            final TrackMate trackmate, final DisplaySettings display, final String log, final boolean isNew) {
        this.trackmate = trackmate;
        this.display = display;
        this.log = log;
        this.isNew = isNew;
    }

    /**
     * Makes a session that has not run.
     *
     * @param image
     *            the movie.
     * @param detector
     *            settings of the label detector.
     * @param tracker
     *            settings of the tracker.
     * @param logger
     *            receives TrackMate's messages.
     * @return the session, with all analyzers.
     */
    public static TrackMateSession make(
            final ImagePlus image,
            final Map<String, Object> detector,
            final Map<String, Object> tracker,
            final Logger logger) {
        MovieName.findFile(image);
        final Settings settings = new Settings(image);
        settings.detectorFactory = new LabelDetectorFactory<>();
        settings.detectorSettings = detector;
        settings.trackerFactory = new PruningTrackerFactory();
        settings.trackerSettings = tracker;
        settings.addAllAnalyzers();
        final Model model = new Model();
        model.setLogger(logger);
        model.setPhysicalUnits(image.getCalibration().getUnit(), image.getCalibration().getTimeUnit());
        return new TrackMateSession(new TrackMate(model, settings), defaultDisplay(), "", true);
    }

    /**
     * Opens a file.
     *
     * @param file
     *            TrackMate's XML; its image is opened too if it is found.
     * @param logger
     *            receives messages.
     * @return the session.
     * @throws BadFileException
     *             if TrackMate does not read it.
     */
    public static TrackMateSession open(final File file, final Logger logger) {
        if (!file.isFile()) {
            throw new BadFileException(file.getPath(), 0, "there is no such file: choose it anew");
        }
        try {
            final TmXmlReader reader = new TmXmlReader(file);
            final Model model = reader.isReadingOk() ? reader.getModel() : null;
            if (model == null || !reader.isReadingOk()) {
                throw new BadFileException(file.getName(), 0, "TrackMate says: " + reader.getErrorMessage());
            }
            model.setLogger(logger);
            final Settings settings = reader.readSettings(reader.readImage());
            if (!reader.isReadingOk()) {
                logger.log(file.getName() + ": TrackMate says: " + reader.getErrorMessage() + "\n");
            }
            final TrackMate trackmate = new TrackMate(model, settings == null ? new Settings() : settings);
            return new TrackMateSession(trackmate, reader.getDisplaySettings(), reader.getLog(), false);
        } catch (final VollTrackException exception) {
            throw exception;
        } catch (final RuntimeException exception) { // TrackMate's reader throws whatever a damaged file provokes
            throw new BadFileException(file.getName(), 0, "TrackMate cannot read it (" + exception
                    + "): 'volltrack check' says what is wrong with it");
        }
    }

    /**
     * Takes a session that is open in TrackMate's window.
     *
     * @param trackmate
     *            TrackMate.
     * @param display
     *            how it is drawn.
     * @return the same session.
     */
    public static TrackMateSession of(final TrackMate trackmate, final DisplaySettings display) {
        return new TrackMateSession(trackmate, display, "", false);
    }

    /**
     * Returns TrackMate itself.
     *
     * @return never null.
     */
    public TrackMate trackmate() {
        return trackmate;
    }

    /**
     * Finds and filters the cells; links nothing.
     *
     * @throws SessionFailed
     *             with TrackMate's message.
     */
    public void detect() {
        require(trackmate.execDetection());
        require(trackmate.execInitialSpotFiltering());
        require(trackmate.computeSpotFeatures(true));
        require(trackmate.execSpotFiltering(true));
    }

    /**
     * Finds, filters, links and prunes.
     *
     * @throws SessionFailed
     *             with TrackMate's message.
     */
    public void track() {
        require(trackmate.checkInput());
        require(trackmate.process());
    }

    /**
     * Saves the session; an old file is replaced when the new one is complete.
     *
     * @param file
     *            the XML.
     * @throws BadFileException
     *             if it cannot be written.
     */
    public void save(final File file) {
        save(file, "");
    }

    /**
     * Saves the session as {@link #save(File)} does, with a line more in its log.
     *
     * @param file
     *            the XML.
     * @param note
     *            how the session came about.
     * @throws BadFileException
     *             if it cannot be written.
     */
    public void save(final File file, final String note) {
        final Path part = file.toPath().resolveSibling("." + file.getName() + "." + UUID.randomUUID() + ".part");
        try {
            final SessionWriter writer = new SessionWriter(part.toFile());
            writer.appendLog(log + describeCells() + note);
            writer.appendModel(trackmate.getModel());
            writer.appendSettings(trackmate.getSettings());
            writer.appendGUIState(VIEW_PAGE);
            writer.appendDisplaySettings(display);
            writer.writeToFile();
            Files.move(part, file.toPath(), StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException exception) {
            throw new BadFileException(file.getPath(), 0, "cannot be written: " + exception);
        } finally {
            part.toFile().delete(); // only there if something went wrong
        }
    }

    /** Opens TrackMate's window and overlay; for a session that has run, and with a screen. */
    public void show() {
        final Model model = trackmate.getModel();
        final Settings settings = trackmate.getSettings();
        final TrackMate shown = settings.imp != null
                ? trackmate
                : new TrackMate(model, settings.copyOn(ViewUtils.makeEmpytImagePlus(model))); // its image was not found
        final ImagePlus image = shown.getSettings().imp;
        if (!image.isVisible()) {
            image.show();
        }
        final SelectionModel selection = new SelectionModel(model);
        new HyperStackDisplayer(model, selection, image, display).render();
        final TrackMateWizardSequence wizard = new TrackMateWizardSequence(shown, selection, display);
        wizard.setCurrent(VIEW_PAGE);
        final JFrame frame = wizard.run("TrackMate on " + MovieName.of(image));
        GuiUtils.positionWindow(frame, image.getWindow());
        OpenSessions.add(this);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosing(final WindowEvent event) {
                OpenSessions.remove(TrackMateSession.this);
            }

            @Override
            public void windowClosed(final WindowEvent event) {
                OpenSessions.remove(TrackMateSession.this);
            }
        });
        frame.setVisible(true);
    }

    /** Says what a person who opens the file should know of its cells and its movie. */
    private String describeCells() {
        return KeptValues.describe(trackmate.getModel().getSpots().iterable(false))
                + (isNew ? MovieName.describeMissingFile(trackmate.getSettings()) : "");
    }

    private void require(final boolean isDone) {
        if (!isDone) {
            throw new SessionFailed(trackmate.getErrorMessage());
        }
    }

    private static DisplaySettings defaultDisplay() {
        return DisplaySettingsIO.readUserDefault().copy("CurrentDisplaySettings");
    }
}
