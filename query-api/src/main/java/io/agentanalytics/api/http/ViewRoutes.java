package io.agentanalytics.api.http;

import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.Tokens.TokenScope;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.SavedViews;
import io.agentanalytics.api.query.SavedViews.SavedView;
import io.agentanalytics.api.query.SavedViews.TooManyViewsException;
import io.agentanalytics.contract.JsonFields;
import io.javalin.http.Context;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for saved views. The owner is the name of the token, if reading needs one. */
final class ViewRoutes implements Routes {
    private static final int LONGEST_NAME = 60;
    private static final String PAIR = "\\w[\\w.%+-]*+(=[\\w.~!$'()*+,;:@/?%=-]*+)?";

    /** Names, most with a value, as in the query of an address; percent-encoded. */
    private static final Pattern QUERY = Pattern.compile(PAIR + "(&" + PAIR + ")*");

    private static final int LONGEST_QUERY = 1000;
    private final Queries queries;
    private final SavedViews views;
    private final boolean isShared;

    /** Creates the handlers; where reading needs no token, all callers share one list. */
    ViewRoutes(Queries queries, SavedViews views, ApiOptions options) {
        this.queries = queries;
        this.views = views;
        this.isShared = options.open().contains(TokenScope.READ);
    }

    private String owner(Context c) {
        return isShared ? "local" : Who.of(c, null);
    }

    /** Saved views of a token. */
    record ViewsAnswer(List<SavedView> views) {}

    @Override
    public void addTo(RouteTable table) {
        table.read("/views", this::views)
                .put("/views", this::put, Access.OWN)
                .delete("/views", this::remove, Access.OWN);
    }

    private void views(Context c) {
        new Params(c);
        String owner = owner(c);
        ViewsAnswer answer = new ViewsAnswer(queries.ask(handle -> SavedViews.of(handle, owner)));
        c.header("Cache-Control", "no-cache");
        Responses.json(c, Answer.of(answer).etag(), () -> answer);
    }

    private void put(Context c) {
        new Params(c);
        JsonFields body = Bodies.fields(c, "name", "query", "start", "replaces");
        SavedView view =
                new SavedView(
                        name(Bodies.text(body, "name")),
                        query(Bodies.text(body, "query")),
                        Bodies.flag(body, "start"),
                        queries.now());
        try {
            views.put(owner(c), view, Bodies.text(body, "replaces"));
        } catch (SavedViews.RefusedException e) {
            throw problem(e, view);
        }
        Responses.json(c, view);
    }

    private static Problem problem(SavedViews.RefusedException refused, SavedView view) {
        return refused instanceof TooManyViewsException
                ? new Problem(
                        409,
                        "too_many_views",
                        "The limit of %d saved views per token is reached; delete one first."
                                .formatted(SavedViews.MAX_VIEWS))
                : new Problem(
                        409,
                        "name_taken",
                        "There is another saved view '%s'; choose another name, or delete it first."
                                .formatted(view.name()));
    }

    private void remove(Context c) {
        String name = name(new Params(c, "name").text("name"));
        if (!views.remove(owner(c), name)) {
            throw Problem.notFound("There is no saved view '%s'.".formatted(name));
        }
        c.status(204);
    }

    private static String name(@Nullable String name) {
        if (name == null
                || name.isBlank()
                || name.length() > LONGEST_NAME
                || name.chars().anyMatch(Character::isISOControl)) {
            throw Problem.badRequest(
                    "bad_name",
                    "name is '%s'; write 1 to %d characters in one line."
                            .formatted(name == null ? "" : Params.shortened(name), LONGEST_NAME));
        }
        return name.strip();
    }

    private static String query(@Nullable String query) {
        if (query == null || query.length() > LONGEST_QUERY || !QUERY.matcher(query).matches()) {
            throw Problem.badRequest(
                    "bad_query",
                    ("query is '%s'; write the query of the page's address, such as"
                                    + " view=spend&id=team, percent-encoded, at most %d"
                                    + " characters.")
                            .formatted(
                                    query == null ? "" : Params.shortened(query), LONGEST_QUERY));
        }
        return query;
    }
}
