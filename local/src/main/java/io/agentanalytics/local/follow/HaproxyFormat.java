package io.agentanalytics.local.follow;

import io.agentanalytics.client.Shares;
import io.agentanalytics.local.command.UserError;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands for HAProxy's runtime API, one per line. */
public final class HaproxyFormat implements WeightFormat {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");

    @Override
    public String text(Shares shares, List<Target> targets) {
        return TargetWeight.of(shares.byProvider(), targets).stream()
                .map(
                        w ->
                                "set server %s/%s weight %d\n"
                                        .formatted(
                                                w.target().backend(),
                                                w.target().server(),
                                                w.weight()))
                .collect(Collectors.joining());
    }

    /** Accepts only the characters of HAProxy's names: a semicolon would begin a command. */
    @Override
    public void check(List<Target> targets) {
        for (Target target : targets) {
            for (String name : List.of(target.backend(), target.server())) {
                if (!NAME.matcher(name).matches()) {
                    throw new UserError("'%s' is not a valid name in HAProxy.".formatted(name));
                }
            }
        }
    }
}
