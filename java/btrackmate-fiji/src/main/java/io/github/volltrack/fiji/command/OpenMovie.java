/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import ij.WindowManager;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;
import org.scijava.widget.InputHarvester;

/** Says, before a dialog opens, that a command needs a movie and none is open. */
@Plugin(type = PreprocessorPlugin.class, priority = InputHarvester.PRIORITY + 1)
public final class OpenMovie extends AbstractPreprocessorPlugin {

    private static final String MESSAGE = "no image is open: open the movie, or the label movie, with File > Open..., "
            + "then choose this command again";

    @Override
    public void process(final Module module) {
        if (module.getDelegateObject() instanceof DetectionCommand && module.getInput("image") == null
                && WindowManager.getImageCount() == 0) {
            cancel(ReportingCommand.note(MESSAGE));
        }
    }
}
