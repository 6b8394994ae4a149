/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.Settings;
import fiji.plugin.trackmate.Spot;
import fiji.plugin.trackmate.detection.SpotDetector;
import fiji.plugin.trackmate.detection.SpotDetectorFactory;
import fiji.plugin.trackmate.gui.components.ConfigurationPanel;
import io.github.volltrack.core.error.VollTrackException;
import io.github.volltrack.core.table.CellTable;
import io.github.volltrack.fiji.NamedModule;
import io.github.volltrack.fiji.settings.SettingsMap;
import io.github.volltrack.fiji.tissue.TissueBook;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.imagej.ImgPlus;
import net.imagej.axis.Axes;
import net.imglib2.Interval;
import net.imglib2.type.NativeType;
import net.imglib2.type.numeric.RealType;
import org.jdom2.Element;
import org.scijava.plugin.Plugin;

/**
 * The detector as TrackMate 7.14 and 8.1 know it; methods that only 8.1 calls say so.
 *
 * @param <T>
 *            type of a voxel.
 */
@Plugin(type = SpotDetectorFactory.class)
public final class LabelDetectorFactory<T extends RealType<T> & NativeType<T>> extends NamedModule
        implements SpotDetectorFactory<T> {

    /** TrackMate's name of this detector in files. */
    public static final String KEY = "BTRACKMATE_LABEL_DETECTOR";

    /** Its name in menus. */
    public static final String NAME = "BTrackMate label detector";

    private static final String INFO = "Makes one spot from each label of each frame: exact centre and "
            + "equal-volume radius in 2D and 3D; separate pieces of a label are one spot. Or takes the cells of a CSV."
            + "<p>Cells that are too small, too large, too dim, or outside the tissue are left out as a whole. The "
            + "tissue is a channel or a TIFF of labels, one frame for all or one for each."
            + "<p>Spots keep their label as the feature LABEL; with a tissue they have INSIDE_TISSUE, TISSUE_LABEL and "
            + "DISTANCE_TO_TISSUE.";

    private String errorMessage = "";
    private ImgPlus<T> image;
    private Map<String, Object> opened;
    private MovieInputs inputs;

    /** Makes the factory. */
    public LabelDetectorFactory() {
        super(KEY, NAME, INFO);
    }

    @Override
    public boolean setTarget(final ImgPlus<T> target, final Map<String, Object> settings) {
        try {
            open(target, settings);
            return true;
        } catch (final VollTrackException exception) {
            errorMessage = NAME + ": " + exception.getMessage();
            return false;
        }
    }

    @Override
    public SpotDetector<T> getDetector(final Interval interval, final int frame) {
        final MovieInputs known = inputs;
        final ImgPlus<T> target = image;
        return new LabelDetector<>(() -> find(known, target, interval, frame));
    }

    /**
     * Returns the detector of one frame; called by TrackMate 8.1, which has no {@code setTarget}.
     *
     * @param target
     *            the image.
     * @param settings
     *            see {@link LabelDetectorSettings}.
     * @param interval
     *            region of interest, without time.
     * @param frame
     *            0 or more.
     * @return a detector whose error message says what is wrong with the settings, if anything is.
     */
    public SpotDetector<T> getDetector(
            final ImgPlus<T> target, final Map<String, Object> settings, final Interval interval, final int frame) {
        return new LabelDetector<>(() -> find(open(target, settings), target, interval, frame));
    }

    /** Opens the files once, however many frames ask at the same time. */
    private synchronized MovieInputs open(final ImgPlus<T> target, final Map<String, Object> settings) {
        if (target != image || !settings.equals(opened)) {
            final LabelDetectorSettings checked = LabelDetectorSettings.of(settings);
            inputs = MovieInputs.open(target, checked);
            image = target;
            opened = new HashMap<>(settings);
            TissueBook.noteImage(target, any -> MovieInputs.openTissue(any, checked));
        }
        return inputs;
    }

    private static List<Spot> find(
            final MovieInputs inputs, final ImgPlus<?> image, final Interval interval, final int frame) {
        final List<Spot> spots = makeSpots(inputs, frame);
        spots.removeIf(spot -> !isInside(spot, image, interval));
        return spots;
    }

    private static List<Spot> makeSpots(final MovieInputs inputs, final int frame) {
        final CellTable cells = FrameCells.find(inputs, frame);
        final List<Spot> spots = SpotMaker.make(cells);
        if (inputs.cells() != null && !inputs.settings().measuresAnew()) {
            SpotMaker.keepFeatures(spots, inputs.cells().source());
        }
        if (inputs.labels() != null && inputs.labels().frame(frame).sizeZ() == 1) {
            LabelOutlines.put(spots, inputs.labels().frame(frame), inputs.labels().voxelSize());
        }
        return spots;
    }

    /** Whether the voxel of the centre is in the region; a region never cuts a cell. */
    private static boolean isInside(final Spot spot, final ImgPlus<?> image, final Interval interval) {
        final int time = image.dimensionIndex(Axes.TIME);
        for (int axis = 0; axis < 3; axis++) {
            final int dimension = image.dimensionIndex(axis == 0 ? Axes.X : axis == 1 ? Axes.Y : Axes.Z);
            if (dimension >= 0) {
                final int place = time >= 0 && time < dimension ? dimension - 1 : dimension;
                if (interval.min(place) <= 0 && interval.max(place) >= image.max(dimension)) {
                    continue; // the whole image: a cell of a table may lie half a voxel outside
                }
                final double voxel = Math.floor(spot.getDoublePosition(axis) / image.averageScale(dimension) + 0.5);
                if (voxel < interval.min(place) || voxel > interval.max(place)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public boolean checkSettings(final Map<String, Object> settings) {
        try {
            // TrackMate keeps the map if it passes, and fills its gaps with nulls
            SettingsMap.requireWhole(settings, LabelDetectorSettings.defaults());
            LabelDetectorSettings.of(settings);
            return true;
        } catch (final VollTrackException exception) {
            errorMessage = NAME + ": " + exception.getMessage();
            return false;
        }
    }

    @Override
    public boolean marshall(final Map<String, Object> settings, final Element element) {
        final Map<String, Object> whole =
                settings == null ? null : SettingsMap.fill(settings, LabelDetectorSettings.defaults());
        if (!checkSettings(whole)) {
            return false;
        }
        whole.forEach((key, value) -> element.setAttribute(key, value.toString()));
        return true;
    }

    @Override
    public boolean unmarshall(final Element element, final Map<String, Object> settings) {
        settings.clear();
        settings.putAll(LabelDetectorSettings.defaults());
        try {
            XmlValues.readAll(settings, (key, standard) -> XmlValues.read(element, key, standard));
            final LabelDetectorSettings checked = LabelDetectorSettings.of(settings);
            TissueBook.noteFile(any -> MovieInputs.openTissue(any, checked));
            return true;
        } catch (final VollTrackException exception) {
            errorMessage = NAME + ": " + exception.getMessage();
            return false;
        }
    }

    /**
     * Writes the settings; called by TrackMate 8.1.
     *
     * @param settings
     *            the map.
     * @param element
     *            receives attributes.
     * @return null, or what is wrong.
     */
    public String marshal(final Map<String, Object> settings, final Element element) {
        return marshall(settings, element) ? null : errorMessage;
    }

    /**
     * Reads the settings; called by TrackMate 8.1.
     *
     * @param element
     *            holds attributes.
     * @param settings
     *            is filled.
     * @return null, or what is wrong.
     */
    public String unmarshal(final Element element, final Map<String, Object> settings) {
        return unmarshall(element, settings) ? null : errorMessage;
    }

    @Override
    public Map<String, Object> getDefaultSettings() {
        return LabelDetectorSettings.defaults();
    }

    @Override
    public ConfigurationPanel getDetectorConfigurationPanel(final Settings settings, final Model model) {
        return new LabelDetectorPanel(settings, model, NAME, getInfoText());
    }

    @Override
    public boolean has2Dsegmentation() {
        return true;
    }

    @Override
    public LabelDetectorFactory<T> copy() {
        return new LabelDetectorFactory<>();
    }

    @Override
    public String getErrorMessage() {
        return errorMessage;
    }
}
