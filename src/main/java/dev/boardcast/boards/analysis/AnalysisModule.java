package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.Routes;
import java.util.List;
import java.util.Optional;

/** The analysis board: topics, messages, analysis runs and feedback. */
public final class AnalysisModule implements BoardModule {
  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(new AnalysisBoard(context.config(AnalysisConfig.class)));
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(AnalysisConfig.class);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var changes = new SingleChange(context);
    var messages = context.ingest().handler(Message.class, new MessageStore(context));
    return List.of(
        router ->
            EarlyCheck.on(router.post("/api/v1/messages"), context.ingest()::authorize)
                .setName("addMessages")
                .handler(messages),
        new LabelRoutes(changes),
        new TopicRoutes(changes),
        new RunRoutes(changes),
        new ScheduleRoutes(changes),
        new FeedbackRoutes(changes));
  }
}
