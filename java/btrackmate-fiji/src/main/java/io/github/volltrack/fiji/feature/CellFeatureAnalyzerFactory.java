/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.feature;

import fiji.plugin.trackmate.features.spot.SpotAnalyzer;
import fiji.plugin.trackmate.features.spot.SpotAnalyzerFactory;
import net.imagej.ImgPlus;
import net.imglib2.type.NativeType;
import net.imglib2.type.numeric.RealType;
import org.scijava.Priority;
import org.scijava.plugin.Plugin;

/**
 * Declares LABEL, N_PIECES and VOLUME, so that files and filters know them; the values come from the detector. It comes
 * last, and puts back what a table says of its cells where TrackMate measured, too.
 *
 * @param <T>
 *            type of a voxel.
 */
@Plugin(type = SpotAnalyzerFactory.class, priority = Priority.VERY_LOW)
public final class CellFeatureAnalyzerFactory<T extends RealType<T> & NativeType<T>> extends DeclaredAnalyzer
        implements SpotAnalyzerFactory<T> {

    /** TrackMate's name of this analyzer in files. */
    public static final String KEY = "BTrackMate label";

    /** Makes the analyzer. */
    public CellFeatureAnalyzerFactory() {
        super(KEY, "Label, number of pieces and volume of the cell that a spot was made from.", SpotFeatures.CELL);
    }

    @Override
    public SpotAnalyzer<T> getAnalyzer(final ImgPlus<T> image, final int frame, final int channel) {
        return KeptValues::restore;
    }

    @Override
    public boolean isManualFeature() {
        return true;
    }
}
