/**
 * The pipeline board: the health of scrapers, the quality of their records, and alerts.
 *
 * <p>Runs and quality samples fold into hours ({@code data_quality_metrics}), into slots of five
 * minutes, and into the state of each source. The metrics of the last 24 hours, anomalies and
 * alerts are computed from these. Changes of alerts are events on the stream {@code alerts}.
 */
package dev.boardcast.boards.pipeline;
