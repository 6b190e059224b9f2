p(a). /* and so on
