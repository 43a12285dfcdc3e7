package dev.boardcast.boards.platform;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactTable;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;

/** The platform board: revenue, users and content of a platform. */
public final class PlatformModule implements BoardModule {
  static final FactTable<View> VIEWS =
      FactTable.of("platform_view", View::eventId)
          .text("content_id", View::contentId)
          .text("user_id", View::userId)
          .time("at", "viewed_at", View::viewedAt)
          .text("session", View::session)
          .text("kind", View::kind)
          .text("place", View::place);
  static final FactTable<Activity> ACTIVITIES =
      FactTable.of("platform_activity", Activity::eventId)
          .text("user_id", Activity::userId)
          .time("at", Activity::at);

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(new PlatformBoard(context.config(PlatformConfig.class)));
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(PlatformConfig.class);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    return List.of(
        router -> mount(router, context), new BehaviorRoutes(context), new RateRoutes(context));
  }

  private static void mount(Router router, BoardContext context) {
    var ingest = context.ingest();
    EarlyCheck.on(router.post("/api/v1/analytics/transactions"), ingest::authorize)
        .setName("addPlatformTransactions")
        .handler(ingest.handler(Transaction.class, transactions(context)));
    EarlyCheck.on(router.post("/api/v1/analytics/views"), ingest::authorize)
        .setName("addPlatformViews")
        .handler(ingest.handler(View.class, VIEWS.sink(context, PlatformBoard.NAME)));
    EarlyCheck.on(router.post("/api/v1/analytics/activity"), ingest::authorize)
        .setName("addPlatformActivity")
        .handler(ingest.handler(Activity.class, ACTIVITIES.sink(context, PlatformBoard.NAME)));
  }

  /** Stores transactions; rejects what is no currency. */
  private static FactSink<Transaction> transactions(BoardContext context) {
    return new TransactionStore(context)
        .rejecting(
            transaction ->
                transaction.currency() == null || Money.isCurrency(transaction.currency())
                    ? Optional.empty()
                    : Optional.of(
                        Problem.invalid("currency", "an ISO 4217 code such as EUR, or none")));
  }
}
