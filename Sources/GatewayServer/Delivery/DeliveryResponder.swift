/// Where the answer to a request goes: the connection (later also a stream) it came on.
protocol DeliveryResponder: AnyObject {
    /// Sends the one answer of the request that was handed to the handler.
    func respond(_ answer: Answer)
}
