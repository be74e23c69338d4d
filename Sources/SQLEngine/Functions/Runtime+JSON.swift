extension FunctionRegistrar { func addJSONFunctions() {} }
