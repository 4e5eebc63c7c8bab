package io.agentanalytics.api.connect;

import java.util.List;

/** Answer of the API: a guide with its steps for one setup. */
public record GuideAnswer(
        String client,
        String title,
        String endpoint,
        List<String> services,
        List<SetupStep> steps,
        List<String> notReported) {

    public static GuideAnswer of(Guide guide, Setup setup) {
        return new GuideAnswer(
                guide.client(),
                guide.title(),
                setup.endpoint(),
                guide.services(),
                guide.steps(setup),
                guide.notReported());
    }
}
