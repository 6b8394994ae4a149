/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.action;

import fiji.plugin.trackmate.SelectionModel;
import fiji.plugin.trackmate.TrackMate;
import fiji.plugin.trackmate.action.AbstractTMAction;
import fiji.plugin.trackmate.action.TrackMateAction;
import fiji.plugin.trackmate.action.TrackMateActionFactory;
import fiji.plugin.trackmate.gui.displaysettings.DisplaySettings;
import fiji.plugin.trackmate.util.TMUtils;
import io.github.volltrack.core.error.VollTrackException;
import io.github.volltrack.fiji.NamedModule;
import io.github.volltrack.fiji.script.NapariLauncher;
import io.github.volltrack.fiji.script.PythonCommand;
import io.github.volltrack.fiji.session.TrackMateSession;
import java.awt.Frame;
import java.io.File;
import org.scijava.plugin.Plugin;

/** Saves the session beside the image and opens that file in napari. */
public final class OpenInNapariAction extends AbstractTMAction {

    /** TrackMate's name of this action. */
    public static final String KEY = "BTRACKMATE_OPEN_IN_NAPARI";

    /** Its name in menus. */
    public static final String NAME = "Open in napari (BTrackMate)";

    @Override
    public void execute(
            final TrackMate trackmate,
            final SelectionModel selection,
            final DisplaySettings display,
            final Frame parent) {
        final String xml = TMUtils.proposeTrackMateSaveFile(trackmate.getSettings(), logger).getPath();
        final File file = new File(xml.replaceFirst("\\.xml$", "") + "_for_napari.xml");
        try {
            TrackMateSession.of(trackmate, display).save(file);
            logger.log("Session saved to " + file + ", which napari edits; open it here again afterwards.\n");
            NapariLauncher.open(PythonCommand.choose(""), file);
        } catch (final VollTrackException exception) {
            logger.error(NAME + ": " + exception.getMessage() + "\n");
        }
    }

    /** Finds this action for TrackMate. */
    @Plugin(type = TrackMateActionFactory.class)
    public static final class Factory extends NamedModule implements TrackMateActionFactory {

        /** Makes the factory. */
        public Factory() {
            super(KEY, NAME, "Saves the session beside the image, as NAME_for_napari.xml, and opens it in napari with "
                    + "Python's 'volltrack'. 'volltrack fiji install' sets the path of that script; ImageJ's preference "
                    + PythonCommand.PREFERENCE + " wins over it.");
        }

        @Override
        public TrackMateAction create() {
            return new OpenInNapariAction();
        }
    }
}
