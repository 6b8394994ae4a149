/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import java.io.File;
import java.util.Map;

/**
 * What the commands share that find cells. Each declares its own parameters: a dialog shows those of a superclass first,
 * and a person thinks of the cells before the tissue.
 */
abstract class DetectionCommand extends ReportingCommand {

    static final String TISSUE_CHANNEL = "Tissue channel (0: none)";
    static final String TISSUE_FILE = "or tissue file";
    static final String TISSUE_LABELS = "Tissue labels (1,2,...; empty: all)";
    static final String MIN_INSIDE_FRACTION = "Least fraction inside tissue";
    static final String MIN_VOLUME = "Least volume (2D: area)";
    static final String MAX_VOLUME = "Largest volume (0: any)";
    static final String MEASURE_ANEW = "Measure the CSV's cells anew";
    static final String MEASURE_ANEW_HELP =
            "Off: intensities and shapes stay as the CSV has them. On: TrackMate's measurements in the image replace them";

    /** Returns the detector's settings of the parameters that say where the tissue is and which cells stay. */
    static Map<String, Object> tissueSettings(
            final int channel,
            final File file,
            final String labels,
            final double minInsideFraction,
            final double minVolume,
            final double maxVolume) {
        final Map<String, Object> settings = LabelDetectorSettings.defaults();
        settings.put(LabelDetectorSettings.KEY_TISSUE_CHANNEL, channel);
        settings.put(LabelDetectorSettings.KEY_TISSUE_FILE, path(file));
        settings.put(LabelDetectorSettings.KEY_TISSUE_LABELS, labels == null ? "" : labels);
        settings.put(LabelDetectorSettings.KEY_MIN_INSIDE_FRACTION, minInsideFraction);
        settings.put(LabelDetectorSettings.KEY_MIN_VOLUME, minVolume);
        settings.put(LabelDetectorSettings.KEY_MAX_VOLUME, maxVolume);
        return settings;
    }
}
