import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

