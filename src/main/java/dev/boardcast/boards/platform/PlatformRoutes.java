package dev.boardcast.boards.platform;

import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.Ingest;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Takes transactions, views and activities: one, an array, or NDJSON. */
public final class PlatformRoutes implements Routes {
  private static final String PATH = "/api/v1/analytics/";

  private final boolean isAuthRequired;
  private final Ingest<Transaction> transactions;
  private final Ingest<View> views;
  private final Ingest<Activity> activities;

  /**
   * @param isAuthRequired whether senders need the role {@link Principal#INGEST}
   * @param currency the only one that amounts may be in
   */
  public PlatformRoutes(
      HttpConfig config,
      boolean isAuthRequired,
      String currency,
      TransactionStore transactions,
      ActivityStore visits) {
    this.isAuthRequired = isAuthRequired;
    this.transactions =
        Ingest.judged(config, Transaction.class, new TransactionWriter(currency, transactions));
    views = new Ingest<>(config, View.class, visits::addViews);
    activities = new Ingest<>(config, Activity.class, visits::addActivities);
  }

  @Override
  public void mount(Router router) {
    mount(router, "transactions", "addPlatformTransactions", transactions);
    mount(router, "views", "addPlatformViews", views);
    mount(router, "activity", "addPlatformActivity", activities);
  }

  private void mount(Router router, String facts, String name, Ingest<?> ingest) {
    router.post(PATH + facts).setName(name).handler(this::admit).handler(ingest);
  }

  private void admit(RoutingContext context) {
    if (isAuthRequired) RequestPrincipal.requireRole(context, Principal.INGEST);
    context.next();
  }
}
