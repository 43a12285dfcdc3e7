/**
 * The laboratory: many clients and a writer in one process, and a ledger that compares what was
 * acknowledged with what each client was told.
 *
 * <pre>
 *  EventWriter --HTTP, acknowledged--> node ... node --WebSocket--> LabConnection -> LabClient
 *     |                                                                  |
 *     '------------------------------> Ledger <--------------------------'
 *                                        |
 *                                     Verdict
 * </pre>
 *
 * <p>Every event carries a {@link dev.boardcast.lab.load.EventMarker}: which run, which number, and
 * when it was meant to be sent. Latencies count from that moment, so that a writer that had to wait
 * does not hide it. A client comes back as the protocol advises, with its offset.
 */
package dev.boardcast.lab.load;
