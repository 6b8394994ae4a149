/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.Settings;
import fiji.plugin.trackmate.detection.DetectionUtils;
import fiji.plugin.trackmate.util.DetectionPreview;
import io.github.volltrack.fiji.panel.FormPanel;
import io.github.volltrack.fiji.panel.SettingsForm;
import java.awt.BorderLayout;
import java.awt.Dimension;
import javax.swing.JPanel;

/** The detector's page of the wizard. */
final class LabelDetectorPanel extends FormPanel {

    private static final long serialVersionUID = 1L;
    private static final int PREVIEW_WIDTH = 280;
    private static final int PREVIEW_HEIGHT = 165;

    LabelDetectorPanel(final Settings settings, final Model model, final String name, final String info) {
        super(makeForm(settings, model, name, info), LabelDetectorSettings.defaults());
        addPreview(settings, model);
    }

    private static SettingsForm makeForm(
            final Settings settings, final Model model, final String name, final String info) {
        final int nChannels = settings.imp == null ? 1 : settings.imp.getNChannels();
        final boolean is2d = settings.imp == null || DetectionUtils.is2D(settings.imp);
        final String unit = model.getSpaceUnits() + (is2d ? "²" : "³");
        final SettingsForm form = new SettingsForm();
        form.addTitle(name);
        form.addInfo(info);
        form.addHeading("Cells");
        form.addChannel(LabelDetectorSettings.KEY_LABEL_CHANNEL, "Labels in channel:", nChannels, false);
        form.addFile(LabelDetectorSettings.KEY_LABEL_FILE, "or label file:");
        form.addFile(LabelDetectorSettings.KEY_CELLS_FILE, "or cells CSV:");
        form.addCheck(LabelDetectorSettings.KEY_MEASURE_ANEW, "Measure the CSV's cells anew");
        form.addHeading("Tissue");
        form.addChannel(LabelDetectorSettings.KEY_TISSUE_CHANNEL, "Tissue in channel:", nChannels, true);
        form.addFile(LabelDetectorSettings.KEY_TISSUE_FILE, "or tissue file:");
        form.addText(LabelDetectorSettings.KEY_TISSUE_LABELS, "Only labels (1,2,...):");
        form.addNumber(LabelDetectorSettings.KEY_MIN_INSIDE_FRACTION, "Min fraction inside:", "");
        form.addCheck(LabelDetectorSettings.KEY_BORDER_IS_SURFACE, "The image border is tissue surface");
        form.addHeading("Size and intensity");
        form.addNumber(LabelDetectorSettings.KEY_MIN_VOLUME, is2d ? "Min area:" : "Min volume:", unit);
        form.addNumber(LabelDetectorSettings.KEY_MAX_VOLUME, is2d ? "Max area (0: any):" : "Max volume (0: any):", unit);
        form.addChannel(LabelDetectorSettings.KEY_INTENSITY_CHANNEL, "Intensity in channel:", nChannels, true);
        form.addNumber(LabelDetectorSettings.KEY_MIN_MEAN_INTENSITY, "Min mean intensity:", "");
        return form;
    }

    private void addPreview(final Settings settings, final Model model) {
        if (settings.imp == null) {
            return;
        }
        final DetectionPreview preview = DetectionPreview.create()
                .model(model)
                .settings(settings)
                .detectorFactory(new LabelDetectorFactory<>())
                .detectionSettingsSupplier(this::getSettings)
                .thresholdUpdater(null)
                .axisLabel(DetectionUtils.is2D(settings.imp) ? "Area histogram" : "Volume histogram")
                .get();
        final JPanel frame = new JPanel(new BorderLayout()); // its histogram would push the form away
        frame.setPreferredSize(new Dimension(PREVIEW_WIDTH, PREVIEW_HEIGHT));
        frame.add(preview.getPanel(), BorderLayout.CENTER);
        add(frame, BorderLayout.SOUTH);
    }
}
