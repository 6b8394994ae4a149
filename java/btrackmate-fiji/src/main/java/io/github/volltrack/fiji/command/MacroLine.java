/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import ij.Macro;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;
import org.scijava.widget.InputHarvester;

/**
 * Gives what a macro's line leaves out its default, as commands of ImageJ 1 have it; else Fiji would open a dialog at
 * each line. It comes before the dialog, and after what the line says.
 */
@Plugin(type = PreprocessorPlugin.class, priority = InputHarvester.PRIORITY + 1)
public final class MacroLine extends AbstractPreprocessorPlugin {

    @Override
    public void process(final Module module) {
        if (module.getDelegateObject() instanceof ReportingCommand && isRunning()) {
            resolveDefaults(module);
        }
    }

    /** Whether a line of a macro with options calls. */
    static boolean isRunning() {
        return Macro.getOptions() != null;
    }

    /** Takes every input for given that has a value or needs none. */
    static void resolveDefaults(final Module module) {
        for (final ModuleItem<?> input : module.getInfo().inputs()) {
            if (!input.isRequired() || input.getValue(module) != null) {
                module.resolveInput(input.getName());
            }
        }
    }
}
