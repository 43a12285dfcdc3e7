/**
 * The pipeline board: whether scrapers run, whether what they bring is good, and who should look.
 *
 * <p>Runs and quality samples fold into hours ({@code data_quality_metrics}), into slots of five
 * minutes, and into where each source stands. From these come the numbers of the last 24 hours, the
 * anomalies, and the alerts, whose changes are events on the stream {@code alerts}.
 */
package dev.boardcast.boards.pipeline;
