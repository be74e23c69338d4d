extension FunctionRegistrar { func addRegularExpressions() {} }
