package io.agentanalytics.api.http;

import io.javalin.http.Context;
import java.text.Normalizer;

/**
 * Name in the path of a request or in a parameter: a path cannot contain the names "." and "..".
 */
final class PathName {
    private PathName() {}

    /** Returns the parameter that the route accepts; none if the name is in its path. */
    static String[] parameter(Context c, String name) {
        return c.pathParamMap().containsKey(name) ? new String[0] : new String[] {name};
    }

    static String of(Context c, String parameter) {
        String inPath = c.pathParamMap().get(parameter);
        String name = inPath != null ? inPath : c.queryParam(parameter);
        if (name == null || name.isEmpty()) {
            throw Problem.badRequest(
                    "missing_parameter",
                    "%s is missing; write %s=NAME.".formatted(parameter, parameter));
        }
        return Normalizer.normalize(name, Normalizer.Form.NFC); // as ids of events are stored
    }
}
